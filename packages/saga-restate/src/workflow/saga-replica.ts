import type { Controller, Saga, SagaEvent } from "saga-core";
import {
  type Advance,
  type AppliedEvent,
  advance,
  type Call,
  type Compacted,
  handlerOf,
  openWait,
  readEvent,
  readOutcome,
} from "saga-core/engine";
import type { CallReport, RecordedReport } from "../objects/messages.ts";
import { isLate } from "./checkpoint-policy.ts";

type PhaseName = Saga["phase"]["name"];

interface ReplicaState {
  readonly saga: Saga;
  readonly call: Call | undefined;
  readonly decidedIn: PhaseName;
  readonly until: number | undefined;
  readonly openUntil: number;
}

/**
 * A saga as one execution sees it: its state, the call it is about and the instant it waits for. It depends only on the events and reports
 * applied to it, so every execution of the workflow has the same replica at the same point of Restate's journal. A batch that runs ahead
 * of the journal has a fork.
 */
export class SagaReplica {
  readonly #controller: Controller;
  #saga: Saga;
  #call: Call | undefined;
  /** The phase in which the call was decided on. */
  #decidedIn: PhaseName;
  #until: number | undefined;
  /** The circuit of the participant that the saga would call is open until then. */
  #openUntil: number;
  #applied: AppliedEvent[] = [];

  private constructor(controller: Controller, { saga, call, decidedIn, until, openUntil }: ReplicaState) {
    this.#controller = controller;
    this.#saga = saga;
    this.#call = call;
    this.#decidedIn = decidedIn;
    this.#until = until;
    this.#openUntil = openUntil;
  }

  /** @param started the saga's first event. */
  static begin(controller: Controller, started: SagaEvent): SagaReplica {
    const first = advance(controller, undefined, started);
    const { saga } = first;
    const nothing = { call: undefined, decidedIn: saga.phase.name, until: undefined, openUntil: -Infinity };
    const replica = new SagaReplica(controller, { saga, ...nothing });
    replica.#follow(first);
    return replica;
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** The call that is under way, or is to be made now. */
  get call(): Call | undefined {
    return this.#call;
  }

  /** When the next `woken` event is due. Beside a call it is when the saga turns to compensation. */
  get until(): number | undefined {
    return this.#until;
  }

  /** From when on the call is not worth making, if it was not made before: its saga has turned back then, and would have to undo it. */
  get turnsAt(): number {
    if (this.#decidedIn !== this.#saga.phase.name) return -Infinity;
    return this.#until ?? Infinity;
  }

  /** Whether the saga stands at a step that waits. */
  get isAtWait(): boolean {
    return openWait(this.#controller, this.#saga) !== undefined;
  }

  /** The step that the saga waits at, unless it is known that another saga has its correlation. */
  get unclaimedWait(): string | undefined {
    const progress = openWait(this.#controller, this.#saga)?.progress;
    return progress?.correlationHolder === undefined ? progress?.step : undefined;
  }

  /** A copy whose later events do not reach this one. */
  fork(): SagaReplica {
    const [saga, call, decidedIn, until, openUntil] = [this.#saga, this.#call, this.#decidedIn, this.#until, this.#openUntil];
    return new SagaReplica(this.#controller, { saga, call, decidedIn, until, openUntil });
  }

  /** The events applied since the last time this was called. */
  drainApplied(): readonly AppliedEvent[] {
    const applied = this.#applied;
    this.#applied = [];
    return applied;
  }

  /** The events after this number that have not been drained. */
  appliedAfter(seq: number): readonly AppliedEvent[] {
    return this.#applied.filter(({ saga }) => saga.seq > seq);
  }

  /** Replaces the last events, which are not drained yet, by the record that stands for them. */
  compact(event: Compacted): void {
    const kept = this.#applied.filter(({ saga }) => saga.seq <= this.#saga.seq - event.records);
    this.#applied = [...kept, { event, saga: this.#saga }];
  }

  apply(event: SagaEvent): void {
    this.#follow(advance(this.#controller, this.#saga, event));
  }

  /** Applies what a call reported, or a wait. */
  applyReport(report: CallReport): void {
    if ("checkpoint" in report) {
      this.#applyCheckpoint(report.at);
      return;
    }
    if ("woken" in report) {
      this.apply({ type: "woken", at: this.notBefore(Math.max(report.at, this.#until ?? 0)) });
      return;
    }
    if ("compacted" in report) {
      this.#call = undefined;
      this.apply(report.compacted);
      this.#until = report.until;
      return;
    }
    const { step, type: action, attempt } = this.#callUnderWay();
    this.#call = undefined;
    const at = this.notBefore(report.at);
    if ("resumed" in report) {
      this.apply({ type: "resumed", at });
      return;
    }
    // A deadline that passed while the call was under way comes before its answer.
    if (this.#until !== undefined && at >= this.#until) this.apply({ type: "woken", at: this.notBefore(this.#until) });
    if ("openUntil" in report) {
      this.#openUntil = report.openUntil;
      this.apply({ type: "parked", at });
      return;
    }
    if ("reusedBy" in report) {
      this.apply({ type: "id-reused", at, step, holder: report.reusedBy });
      return;
    }
    const { random, outcome, sentAt } = report;
    const sent = sentAt === undefined ? {} : { sentAt };
    this.apply({ type: "answered", at, step, action, attempt, random, outcome, ...sent });
  }

  /**
   * The same for a report from Restate's journal.
   *
   * @throws TypeError, SchemaError or UnreadableEvent where it is no outcome of the step.
   */
  applyRecorded(report: RecordedReport): void {
    if ("compacted" in report) {
      const event = readEvent(this.#controller, report.compacted);
      if (event.type !== "compacted") throw new TypeError(`A report stands for others, and is ${event.type}.`);
      this.applyReport({ ...report, compacted: event });
      return;
    }
    if (!("outcome" in report)) {
      this.applyReport(report);
      return;
    }
    const call = this.#callUnderWay();
    this.applyReport({ ...report, outcome: readOutcome(report.outcome, handlerOf(this.#controller, call.step), call.type) });
  }

  /** Clocks of processes differ, and a saga's time must not go back. It is in whole milliseconds. */
  notBefore(at: number): number {
    return Math.ceil(Math.max(at, this.#saga.updatedAt));
  }

  /** A wait is over, or a call is due; a call decided on long ago is decided again, for its deadline may have passed. */
  #applyCheckpoint(at: number): void {
    if (!this.#call) {
      this.apply({ type: this.#saga.isParked ? "resumed" : "woken", at: this.notBefore(Math.max(at, this.#until ?? 0)) });
    } else if (isLate(this.#saga.updatedAt, at)) {
      this.#call = undefined;
      this.apply({ type: "parked", at: this.notBefore(at) });
      this.apply({ type: "resumed", at: this.notBefore(at) });
    }
  }

  #callUnderWay(): Call {
    if (!this.#call) throw new TypeError(`No call of saga ${this.#saga.id} is under way.`);
    return this.#call;
  }

  #follow({ saga, records, commands }: Advance): void {
    this.#saga = saga;
    this.#applied.push(...records);
    this.#until = undefined;
    for (const command of commands) {
      switch (command.type) {
        case "run":
        case "rollback":
        case "probe":
          this.#call = command;
          this.#decidedIn = saga.phase.name;
          break;
        case "wait":
          this.#until = saga.isParked ? Math.min(command.until, this.#openUntil) : command.until;
          break;
        case "listen":
        case "rest":
          break;
      }
    }
  }
}
