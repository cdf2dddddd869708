import { CancelledError, RestatePromise, type Serde, TerminalError } from "@restatedev/restate-sdk";
import {
  type Call,
  type Controller,
  choiceOf,
  type FoundSaga,
  isAtRest,
  isOperation,
  type Operation,
  readEvent,
  type Saga,
  type SagaEvent,
} from "saga-core";
import { type AttemptPorts, Attempts } from "./attempts.ts";
import { CallRun, type CallRunPorts } from "./call-run.ts";
import type { Certainty } from "./certainty.ts";
import { allToldSchema, askedSchema, type ToldHere, type Verdict } from "./messages.ts";
import { nothing, OPERATION_SIGNAL, Signalled, signalled } from "./operation-signal.ts";
import { SagaCourse } from "./saga-course.ts";
import { EVENTS_PER_PART, partKey, RECORD_KEY, recordOf } from "./saga-record.ts";

/**
 * Restate puts to sleep what is idle for a minute, and goes on with it in another execution: after a call that took as long as this there is
 * a fence before the next one, as after every wait. In milliseconds.
 */
const FENCED_CALL_MS_MIN = 30_000;

/** A timer is over. */
const WOKEN = Symbol("woken");

/** Somebody cancelled the workflow's invocation at Restate itself. */
const CANCELLED_AT_RESTATE = Symbol("cancelled at Restate");

/** So old may be what is written of a saga that goes on, beside the call that is under way. In milliseconds. */
const UNWRITTEN_MS_MAX = 250;
/** The same where nothing need be written of it for now. */
const UNWRITTEN_LATE_MS_MAX = 5_000;

interface RunUnderWay {
  readonly calls: CallRun;
  readonly told: RestatePromise<unknown>;
  /** Whether it makes no call. */
  readonly isFence: boolean;
}

/** What a driver asks of Restate: a part of what a workflow is given. */
export interface DriverContext {
  readonly run: (name: string, action: () => Promise<unknown>) => RestatePromise<unknown>;
  readonly sleep: (durationMs: number) => RestatePromise<unknown>;
  readonly signal: (name: string, serde: Serde<Signalled>) => RestatePromise<unknown>;
  readonly set: (key: string, value: unknown) => void;
  readonly resolveAwakeable: (id: string, payload: Verdict) => void;
  readonly request: () => { readonly id: string; readonly attemptCompletedSignal: AbortSignal };
}

export interface DriverPorts extends AttemptPorts {
  /** Told of every event, with Restate's name for the run; again where the workflow is run again. */
  readonly notify: (found: FoundSaga, event: SagaEvent, invocation: string) => void;
}

/**
 * Drives one saga in a workflow: every event goes through `transition`, and its commands are performed with what Restate offers. Calls are
 * runs, a wait a timer, an operation a signal. What comes back from those is in Restate's journal, in one order for all executions; so
 * everything that is decided from it, and from nothing else, is as durable as that journal, and is decided again in the same way.
 */
export class SagaDriver {
  readonly #context: DriverContext;
  readonly #controller: Controller;
  readonly #ports: DriverPorts;
  readonly #certainty: Certainty;
  readonly #callPorts: CallRunPorts;
  readonly #heard = new Set<string>();
  /** The events that are in no part yet. */
  readonly #events: SagaEvent[] = [];
  #parts = 0;
  /** The saga, as far as Restate's journal knows of it. */
  #course: SagaCourse;
  #run: RunUnderWay | undefined;
  /** The call that the last run left under way. */
  #left: Promise<ToldHere> | undefined;
  #timer: { readonly until: number; readonly over: RestatePromise<typeof WOKEN> } | undefined;
  #signal: RestatePromise<unknown>;
  #isInsistent = false;
  /** Whether nobody but the process that started it need know of it while it goes on quickly. */
  readonly #isWrittenLate: boolean;
  /** Whether the last run ended before its calls did: one of them takes long. */
  #isSlow = false;
  /** The saga's time when it was last written. */
  #writtenAt: number | undefined;
  #needsFence: boolean;

  constructor(
    context: DriverContext,
    controller: Controller,
    start: {
      readonly started: SagaEvent;
      readonly certainty: Certainty;
      readonly isFirstCallGranted: boolean;
      readonly isWrittenLate: boolean;
    },
    ports: DriverPorts,
  ) {
    this.#context = context;
    this.#controller = controller;
    this.#ports = ports;
    this.#certainty = start.certainty;
    this.#needsFence = !start.isFirstCallGranted;
    this.#isWrittenLate = start.isWrittenLate;
    const attempts = new Attempts(controller, ports);
    this.#callPorts = { clock: ports.clock, make: (saga, call, options) => attempts.make(saga, call, options) };
    this.#signal = this.#nextSignal();
    this.#course = SagaCourse.of(controller, start.started);
  }

  get saga(): Saga {
    return this.#course.saga;
  }

  /** The saga's events, where they are few: what is told to whoever waits for its end. */
  get events(): readonly SagaEvent[] | undefined {
    return this.#parts === 0 ? this.#events : undefined;
  }

  /** Resolves when the saga has ended. While it needs a human, it waits for one. */
  async drive(): Promise<void> {
    for (;;) {
      this.#notify();
      this.#perform();
      if (this.#isWorthWriting()) this.#write();
      if (isAtRest(this.saga) && this.saga.phase.name !== "needs-intervention") return;
      await this.#next();
    }
  }

  #perform(): void {
    const { call, until } = this.#course;
    if (call && !this.#run) this.#run = this.#begin(call);
    // A call's limit is nearer than any wait beside it; what was due meanwhile is made up for when it has ended.
    const wakesAt = this.#run ? undefined : until;
    if (wakesAt === this.#timer?.until) return;
    this.#timer = wakesAt === undefined ? undefined : { until: wakesAt, over: this.#sleepUntil(wakesAt) };
  }

  /** When a wait is over there is no telling how long it took: that is recorded before anything is decided from it. */
  #wake(): RunUnderWay {
    const calls = this.#callRun();
    const told = this.#context.run("woken", async () => calls.only({ woken: true, at: this.#ports.clock.now() }));
    return { calls, told, isFence: true };
  }

  /** A run, named for the call that it begins with. */
  #begin({ step, type, attempt }: Call): RunUnderWay {
    const isFence = this.#needsFence;
    const calls = this.#callRun();
    if (!isFence) this.#isInsistent = false;
    this.#needsFence = false;
    const told = this.#context.run(`${step}/${type} ${attempt}`, async () => {
      const at = this.#ports.clock.now();
      if (isFence) return calls.only({ fenced: true, at });
      return this.#certainty.isCertain ? await calls.make() : calls.only({ resumed: true, at });
    });
    return { calls, told, isFence };
  }

  #callRun(): CallRun {
    const options = { left: this.#left, isInsistent: this.#isInsistent, lost: this.#context.request().attemptCompletedSignal };
    return new CallRun(this.#course.fork(), options, this.#callPorts);
  }

  #sleepUntil(until: number): RestatePromise<typeof WOKEN> {
    return this.#context.sleep(Math.max(0, until - this.#ports.clock.now())).map((): typeof WOKEN => WOKEN);
  }

  /** Waits for whatever comes first of what can happen, and takes it in. */
  async #next(): Promise<void> {
    const told = this.#run?.told;
    const over = this.#timer?.over;
    // What comes first is told by what it gives.
    const first = await this.#first([this.#signal, told, over].filter((each) => each !== undefined));
    if (first === CANCELLED_AT_RESTATE) {
      await this.#cutShort();
      this.#cancelledAtRestate();
    } else if (first === WOKEN) {
      this.#timer = undefined;
      this.#run = this.#wake();
    } else if (first instanceof Signalled) {
      const isCancelled = await this.#cutShort();
      this.#signalled(first);
      if (isCancelled) this.#cancelledAtRestate();
    } else {
      this.#told(first);
    }
  }

  async #first(all: readonly RestatePromise<unknown>[]): Promise<unknown> {
    try {
      // Only a signal may come without a value: the protocol allows it.
      return (await RestatePromise.race(all)) ?? nothing;
    } catch (error) {
      if (error instanceof CancelledError) return CANCELLED_AT_RESTATE;
      // Only a signal may fail for good: neither a call nor a timer does.
      if (error instanceof TerminalError) return nothing;
      throw error;
    }
  }

  #nextSignal(): RestatePromise<unknown> {
    return this.#context.signal(OPERATION_SIGNAL, signalled);
  }

  /**
   * What somebody asks is judged by where the saga stands, so the run under way ends, and tells. Gives whether somebody cancelled it at
   * Restate meanwhile.
   */
  async #cutShort(): Promise<boolean> {
    const run = this.#run;
    if (!run) return false;
    run.calls.halt();
    let isCancelled = false;
    for (;;) {
      const told = await this.#first([run.told]);
      if (told === CANCELLED_AT_RESTATE) {
        isCancelled = true;
      } else {
        this.#told(told);
        return isCancelled;
      }
    }
  }

  /** What the run under way made is in Restate's journal. */
  #told(value: unknown): void {
    const run = this.#run;
    if (!run) throw new TypeError("There is no run under way.");
    const { calls, isFence } = run;
    const before = this.saga;
    if (calls.isMade) this.#course = calls.course;
    else for (const told of allToldSchema.parse(value)) this.#course.read(told);
    this.#certainty.recorded(calls.isMade);
    this.#left = calls.left;
    this.#run = undefined;
    const { call, saga } = this.#course;
    // The call that follows would have been of the same run.
    this.#isSlow = saga.seq > before.seq && call !== undefined && call.after <= before.seq;
    if (!isFence && saga.updatedAt - before.updatedAt >= FENCED_CALL_MS_MIN) this.#needsFence = true;
  }

  #cancelledAtRestate(): void {
    this.#operate({ type: "cancel-requested", at: this.saga.updatedAt, by: "restate" });
  }

  #signalled(signalled: Signalled): void {
    this.#signal = this.#nextSignal();
    const asked = askedSchema.safeParse(signalled.asked);
    // It is sent again until it is answered. What nobody here sent is no reason to stop the saga.
    if (!asked.success || this.#heard.has(asked.data.id)) return;
    const { id, operation, reply } = asked.data;
    this.#heard.add(id);
    const verdict = this.#judge(operation);
    // The saga as it is now is written before it is told.
    this.#notify();
    this.#write();
    this.#context.resolveAwakeable(reply, verdict);
  }

  /** What is in Restate's journal comes again with every execution: whatever is wrong with it must not stop the saga. */
  #judge(operation: unknown): Verdict {
    try {
      const event = readEvent(this.#controller, operation);
      if (!isOperation(event)) throw new TypeError(`${event.type} is no operation`);
      return this.#operate({ ...event, at: this.#course.notBefore(event.at) });
    } catch (error) {
      return { allowed: false, reason: `it cannot be taken in: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  #operate(operation: Operation): Verdict {
    const choice = choiceOf(this.#controller, this.saga, operation);
    if (!choice.allowed) return choice;
    this.#isInsistent ||= operation.type === "retry-requested";
    // While it waited the workflow may have gone to another execution.
    if (!this.#course.call) this.#needsFence = true;
    this.#course.take(operation);
    return { allowed: true };
  }

  /** Tells of what has happened. */
  #notify(): void {
    for (const { event, saga } of this.#course.collect()) {
      this.#events.push(event);
      this.#ports.notify({ saga, controller: this.#controller }, event, this.#context.request().id);
    }
  }

  /**
   * To write costs Restate as much as a call does. What goes on quickly is written when it begins, unless that is not needed, and when it waits
   * or ends, or a call takes long; decided by what is recorded, so that it is decided again in the same way.
   */
  #isWorthWriting(): boolean {
    if (this.#run === undefined) return true;
    const { createdAt, updatedAt } = this.saga;
    if (this.#isWrittenLate) return updatedAt - (this.#writtenAt ?? createdAt) >= UNWRITTEN_LATE_MS_MAX;
    return this.#isSlow || this.#writtenAt === undefined || updatedAt - this.#writtenAt >= UNWRITTEN_MS_MAX;
  }

  /** Writes the saga where others look for it. */
  #write(): void {
    this.#isSlow = false;
    this.#writtenAt = this.saga.updatedAt;
    while (this.#events.length > EVENTS_PER_PART) {
      this.#context.set(partKey(this.#parts), this.#events.splice(0, EVENTS_PER_PART));
      this.#parts += 1;
    }
    const found = { saga: this.saga, controller: this.#controller };
    this.#context.set(RECORD_KEY, recordOf(found, this.#context.request().id, { parts: this.#parts, events: this.#events }));
  }
}
