import type { RestatePromise } from "@restatedev/restate-sdk";
import type { Controller, FoundSaga, Saga, SagaEvent } from "saga-core";
import { type Call, isAtRest } from "saga-core/engine";
import { messageOf } from "../message-of.ts";
import { recordedReportsSchema, type Verdict } from "../objects/messages.ts";
import { Signalled } from "../objects/operation-signal.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import { type AttemptPorts, Attempts } from "./attempts.ts";
import { type BatchResult, CallBatch, type CallBatchPorts, type CallUnderWay } from "./call-batch.ts";
import { type BatchStart, batchAfter, firstBatch } from "./checkpoint-policy.ts";
import { CANCELLED_AT_RESTATE, type DriverContext, firstOf, WOKEN } from "./driver-context.ts";
import { type FromOutside, judge, readFromOutside } from "./judge.ts";
import { OperationInbox, type Requested } from "./operation-inbox.ts";
import { RecordWriter } from "./record-writer.ts";
import { defaultRepeatLimits, type RepeatLimits } from "./repeat-limits.ts";
import { ClaimAnswer, SagaClaims } from "./saga-claims.ts";
import { SagaReplica } from "./saga-replica.ts";
import { isWorthWriting } from "./write-policy.ts";

export interface DriverPorts extends AttemptPorts {
  /** Called with every event and Restate's id for the invocation; again when the workflow is replayed. */
  readonly notify: (found: FoundSaga, event: SagaEvent, invocation: string) => void;
  /** Default: the limits in timings.ts. Every execution of a saga must have the same. */
  readonly repeats?: RepeatLimits;
  readonly names: Pick<ServiceNames, "correlations">;
}

/** What the workflow waits for, beside a signal. */
type Activity =
  | { readonly name: "none" }
  | {
      readonly name: "batch";
      readonly batch: CallBatch;
      /** Its result, if this execution made it; otherwise only Restate's journal has its reports. */
      readonly made: () => BatchResult | undefined;
      readonly over: RestatePromise<unknown>;
    }
  | { readonly name: "timer"; readonly until: number; readonly over: RestatePromise<unknown> };

const none: Activity = { name: "none" };

/**
 * Drives one saga in a workflow. Calls are made in batches, which are Restate's runs; a wait is a timer and an operation a signal. Their
 * results come from Restate's journal, in one order for all executions. Everything here is decided from them alone, so every execution
 * decides the same.
 */
export class SagaDriver {
  readonly #context: DriverContext;
  readonly #controller: Controller;
  readonly #ports: DriverPorts;
  readonly #batchPorts: CallBatchPorts;
  readonly #inbox: OperationInbox;
  readonly #writer: RecordWriter;
  readonly #claims: SagaClaims;
  readonly #repeats: RepeatLimits;
  /** The saga as Restate's journal has it. */
  #replica: SagaReplica;
  #activity: Activity = none;
  #nextBatch: BatchStart = firstBatch;
  /** The call that the last batch left under way. */
  #detached: CallUnderWay | undefined;
  /** After an operator's retry the next call is made although the participant's circuit is open. */
  #isInsistent = false;
  /** Whether the last batch left a call under way and the saga has not been written since. */
  #isBatchCut = false;

  constructor(context: DriverContext, controller: Controller, started: SagaEvent, ports: DriverPorts) {
    this.#context = context;
    this.#controller = controller;
    this.#ports = ports;
    const { repeats = defaultRepeatLimits, calls, clock } = ports;
    this.#repeats = repeats;
    const attempts = new Attempts(controller, ports);
    const make: CallBatchPorts["make"] = (saga, call, options) => attempts.make(saga, call, options);
    this.#batchPorts = { clock, make, onStop: (listener) => calls.onStop(listener), repeats };
    this.#inbox = new OperationInbox(context);
    this.#writer = new RecordWriter(context, repeats.recordsMax);
    this.#claims = new SagaClaims(context, ports.names);
    this.#replica = SagaReplica.begin(controller, started);
  }

  get saga(): Saga {
    return this.#replica.saga;
  }

  /** The saga's events, while they are few: the workflow returns them to those who wait for its end. */
  get events(): readonly SagaEvent[] | undefined {
    return this.#writer.events;
  }

  /** The keys of the objects of the saga's correlations. */
  get claims(): ReadonlySet<string> {
    return this.#claims.keys;
  }

  /** Resolves when the saga has ended. While it needs a human, it waits for an operation. */
  async drive(): Promise<void> {
    for (;;) {
      this.#emit();
      this.#perform();
      if (this.#isWorthWriting()) this.#write();
      if (isAtRest(this.saga) && this.saga.phase.name !== "needs-intervention") return;
      await this.#next();
    }
  }

  #perform(): void {
    const { call, until } = this.#replica;
    if (this.#activity.name === "batch") return;
    if (call) {
      this.#activity = this.#beginBatch(nameOf(call), this.#nextBatch);
    } else if (until === undefined) {
      this.#activity = none;
    } else if (this.#activity.name !== "timer" || this.#activity.until !== until) {
      this.#activity = { name: "timer", until, over: this.#sleepUntil(until) };
    }
  }

  #beginBatch(name: string, start: BatchStart): Activity {
    const { attemptCompletedSignal: lost } = this.#context.request();
    const options = { detached: this.#detached, isInsistent: this.#isInsistent, lost };
    const batch = new CallBatch(this.#replica.fork(), options, this.#batchPorts);
    let made: BatchResult | undefined;
    const over = this.#context.run(name, async () => {
      made = await this.#make(batch, start);
      return made.reports;
    });
    return { name: "batch", batch, made: () => made, over };
  }

  async #make(batch: CallBatch, start: BatchStart): Promise<BatchResult> {
    const at = this.#ports.clock.now();
    switch (start) {
      case "checkpoint":
        return batch.reportOnly({ checkpoint: true, at });
      case "resume":
        return batch.reportOnly({ resumed: true, at });
      case "calls":
        return await batch.make();
    }
  }

  #sleepUntil(until: number): RestatePromise<unknown> {
    return this.#context.sleep(Math.max(0, until - this.#ports.clock.now())).map((): unknown => WOKEN);
  }

  /** Waits for whichever comes first, and applies it. */
  async #next(): Promise<void> {
    const first = await this.#first();
    if (first === WOKEN) {
      // Nothing says how long the wait was: the time is recorded before anything is decided from it.
      this.#activity = this.#beginBatch("woken", "checkpoint");
      return;
    }
    if (first instanceof ClaimAnswer) {
      this.#applyClaim(first);
      return;
    }
    const requested = this.#inbox.open(first);
    if (requested) await this.#answer(requested);
    else if (!(first instanceof Signalled)) this.#applyBatch(first);
  }

  async #first(): Promise<unknown> {
    const { next } = this.#inbox;
    if (this.#activity.name === "batch") return await firstOf([next, this.#activity.over]);
    const claim = this.#claims.answerFor(this.#replica.unclaimedWait);
    return await firstOf([next, this.#activity.name === "timer" ? this.#activity.over : undefined, claim]);
  }

  /** The saga stands at the wait, and knows now whether it is found by its correlation. */
  #applyClaim({ step, holder }: ClaimAnswer): void {
    this.#claims.close(step);
    const { id, updatedAt: at } = this.saga;
    if (holder !== undefined && holder !== id) this.#replica.apply({ type: "correlation-refused", at, step, holder });
  }

  /** An operation is decided from where the saga is: the batch under way ends first. Others requested meanwhile are decided with it. */
  async #answer(first: Requested): Promise<void> {
    const all: Requested[] = [first];
    if (this.#activity.name === "batch") this.#activity.batch.halt();
    while (this.#activity.name === "batch") {
      const next = await this.#first();
      const requested = this.#inbox.open(next);
      if (requested) all.push(requested);
      else if (!(next instanceof Signalled)) this.#applyBatch(next);
    }
    for (const requested of all) this.#decide(requested);
  }

  /** The batch under way is in Restate's journal. */
  #applyBatch(value: unknown): void {
    if (this.#activity.name !== "batch") throw new TypeError("There is no batch under way.");
    const { batch, made } = this.#activity;
    this.#activity = none;
    const before = this.saga;
    const result = made();
    const reports = result?.reports ?? recordedReportsSchema.parse(value);
    const isCompacted = reports.some((report) => "compacted" in report);
    // What stands for several reports is read as any replay reads it: the batch itself saw more.
    if (result && !isCompacted) this.#replica = replicaAfter(result);
    else for (const report of recordedReportsSchema.parse(value)) this.#replica.applyRecorded(report);
    this.#detached = result?.detached;
    if (isCompacted || reports.some((report) => "outcome" in report)) this.#isInsistent = false;
    const isCheckpoint = reports.some((report) => "checkpoint" in report);
    const { call, saga } = this.#replica;
    const isNextUnderWay = call !== undefined && batch.includes(call);
    const times = { before: before.updatedAt, after: saga.updatedAt };
    this.#nextBatch = batchAfter({ isOwn: result !== undefined, isCheckpoint, isNextUnderWay, ...times });
    this.#isBatchCut = !isCheckpoint && isNextUnderWay && saga.seq > before.seq;
  }

  #decide(requested: Requested): void {
    if (requested === CANCELLED_AT_RESTATE) {
      this.#operate({ type: "cancel-requested", at: this.saga.updatedAt, by: "restate" });
      return;
    }
    const verdict = this.#verdictOn(requested.operation);
    // A caller who has the verdict must find the saga as it is now.
    this.#emit();
    this.#write();
    this.#context.resolveAwakeable(requested.reply, verdict);
  }

  /** An operation in Restate's journal is replayed with every execution: nothing wrong with it may stop the saga. */
  #verdictOn(operation: unknown): Verdict {
    try {
      const event = readFromOutside(this.#controller, operation);
      return this.#operate({ ...event, at: this.#replica.notBefore(event.at) });
    } catch (error) {
      return { allowed: false, reason: `it cannot be applied: ${messageOf(error)}` };
    }
  }

  #operate(event: FromOutside): Verdict {
    const { verdict, isRecorded } = judge(this.#controller, this.saga, event);
    if (!isRecorded) return verdict;
    this.#isInsistent ||= event.type === "retry-requested";
    // While it waited, the workflow may have moved to another execution.
    if (!this.#replica.call) this.#nextBatch = "checkpoint";
    this.#replica.apply(event);
    return verdict;
  }

  #emit(): void {
    for (const applied of this.#replica.drainApplied()) {
      const { event, saga } = applied;
      this.#writer.add(applied);
      this.#claims.add(applied);
      this.#ports.notify({ saga, controller: this.#controller }, event, this.#context.request().id);
    }
  }

  #isWorthWriting(): boolean {
    const isCalling = this.#activity.name === "batch";
    const { writtenAt } = this.#writer;
    const { seq, updatedAt } = this.saga;
    const isRepetition = this.#writer.failuresOnly(seq) > this.#repeats.attemptsMin;
    return isWorthWriting({ isCalling, isBatchCut: this.#isBatchCut, isRepetition, updatedAt, writtenAt });
  }

  #write(): void {
    this.#isBatchCut = false;
    this.#writer.write({ saga: this.saga, controller: this.#controller });
  }
}

/** Restate's pages show the batch under this name. */
function nameOf({ step, type, attempt }: Call): string {
  return `${step}/${type} ${attempt}`;
}

/** @throws the failure to apply a report. */
function replicaAfter({ after }: BatchResult): SagaReplica {
  if ("failure" in after) throw after.failure;
  return after.replica;
}
