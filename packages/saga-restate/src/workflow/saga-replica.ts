import {
  type Advance,
  type AppliedEvent,
  advance,
  type Call,
  type Controller,
  handlerOf,
  readOutcome,
  type Saga,
  type SagaEvent,
} from "saga-core";
import type { Told, ToldHere } from "../objects/messages.ts";

/**
 * Restate puts to sleep what is idle for a minute, and goes on with it in another execution: what took as long as this may have. In
 * milliseconds.
 */
export const LATE_MS_MIN = 30_000;

interface Standing {
  readonly saga: Saga;
  readonly call: Call | undefined;
  readonly until: number | undefined;
  readonly openUntil: number;
}

/**
 * The course of a saga: what it is, which call it is about and what it waits for, after everything that was taken in. It is decided from that
 * alone, so that it is the same in every execution of a workflow, and for whoever runs ahead of what is recorded.
 */
export class SagaCourse {
  readonly #controller: Controller;
  #saga: Saga;
  #call: Call | undefined;
  #until: number | undefined;
  /** The participant that it would call is left alone until then. */
  #openUntil: number;
  #taken: AppliedEvent[] = [];

  private constructor(controller: Controller, { saga, call, until, openUntil }: Standing) {
    this.#controller = controller;
    this.#saga = saga;
    this.#call = call;
    this.#until = until;
    this.#openUntil = openUntil;
  }

  static of(controller: Controller, started: SagaEvent): SagaCourse {
    const first = advance(controller, undefined, started);
    const course = new SagaCourse(controller, { saga: first.saga, call: undefined, until: undefined, openUntil: -Infinity });
    course.#follow(first);
    return course;
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** The call that is under way, or is to be made now. */
  get call(): Call | undefined {
    return this.#call;
  }

  /** When something is due, whatever happens before. Beside a call: when the saga turns back. */
  get until(): number | undefined {
    return this.#until;
  }

  /** The same course from here on, for somebody who runs ahead. */
  fork(): SagaCourse {
    return new SagaCourse(this.#controller, {
      saga: this.#saga,
      call: this.#call,
      until: this.#until,
      openUntil: this.#openUntil,
    });
  }

  /** The events that were taken in since this was asked. */
  collect(): readonly AppliedEvent[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  take(event: SagaEvent): void {
    this.#follow(advance(this.#controller, this.#saga, event));
  }

  /** Takes in what came of the call, or of the wait. */
  tell(told: ToldHere): void {
    if ("fenced" in told) {
      this.#fenced(told.at);
      return;
    }
    const { step, type: action, attempt } = this.#callUnderWay();
    this.#call = undefined;
    const at = this.notBefore(told.at);
    if ("resumed" in told) {
      this.take({ type: "resumed", at });
      return;
    }
    // What was due while the call was under way happened before its answer.
    if (this.#until !== undefined && at >= this.#until) this.take({ type: "woken", at: this.notBefore(this.#until) });
    if ("openUntil" in told) {
      this.#openUntil = told.openUntil;
      this.take({ type: "parked", at });
      return;
    }
    const { random, outcome } = told;
    this.take({ type: "answered", at, step, action, attempt, random, outcome });
  }

  /**
   * The same for what is read back from Restate's journal.
   *
   * @throws TypeError or SchemaError for what is no outcome of the step.
   */
  read(told: Told): void {
    if (!("outcome" in told)) {
      this.tell(told);
      return;
    }
    const call = this.#callUnderWay();
    this.tell({ ...told, outcome: readOutcome(told.outcome, handlerOf(this.#controller, call.step), call.type) });
  }

  /** Clocks of several processes differ; a saga's time does not go back. It is in whole milliseconds. */
  notBefore(at: number): number {
    return Math.ceil(Math.max(at, this.#saga.updatedAt));
  }

  /** Nothing was sent: either a wait is over, or a call is to be made; when that was decided on long ago, it is decided again. */
  #fenced(at: number): void {
    if (!this.#call) {
      this.take({ type: this.#saga.isParked ? "resumed" : "woken", at: this.notBefore(Math.max(at, this.#until ?? 0)) });
    } else if (at - this.#saga.updatedAt >= LATE_MS_MIN) {
      this.#call = undefined;
      this.take({ type: "parked", at: this.notBefore(at) });
      this.take({ type: "resumed", at: this.notBefore(at) });
    }
  }

  #callUnderWay(): Call {
    if (!this.#call) throw new TypeError(`No call of saga ${this.#saga.id} is under way.`);
    return this.#call;
  }

  #follow({ saga, records, commands }: Advance): void {
    this.#saga = saga;
    this.#taken.push(...records);
    this.#until = undefined;
    for (const command of commands) {
      switch (command.type) {
        case "run":
        case "rollback":
        case "probe":
          this.#call = command;
          break;
        case "wait":
          this.#until = saga.isParked ? Math.min(command.until, this.#openUntil) : command.until;
          break;
        case "rest":
          break;
      }
    }
  }
}
