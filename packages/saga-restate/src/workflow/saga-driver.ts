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
import type { z } from "zod";
import { allToldSchema, askedSchema, type Verdict } from "../objects/messages.ts";
import { nothing, OPERATION_SIGNAL, Signalled, signalled } from "../objects/operation-signal.ts";
import { EVENTS_PER_PART, partKey, RECORD_KEY, recordOf } from "../objects/saga-record.ts";
import { type AttemptPorts, Attempts } from "./attempts.ts";
import { CallRun, type CallRunPorts, type CallUnderWay } from "./call-batch.ts";
import { Certainty } from "./certainty.ts";
import { LATE_MS_MIN, SagaCourse } from "./saga-replica.ts";

/** A timer is over. */
const WOKEN = Symbol("woken");

/** Somebody cancelled the workflow's invocation at Restate itself. */
const CANCELLED_AT_RESTATE = Symbol("cancelled at Restate");

/** So old may be what is written of a saga that goes on, beside the call that is under way. In milliseconds. */
const UNWRITTEN_MS_MAX = 250;

interface RunUnderWay {
  readonly calls: CallRun;
  /** Gives what it told, from Restate's journal. */
  readonly over: RestatePromise<unknown>;
}

type Asked = z.output<typeof askedSchema> | typeof CANCELLED_AT_RESTATE;

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
 * made in runs, a wait is a timer, an operation a signal. What comes back from those is in Restate's journal, in one order for all executions; so
 * everything that is decided from it, and from nothing else, is as durable as that journal, and is decided again in the same way.
 */
export class SagaDriver {
  readonly #context: DriverContext;
  readonly #controller: Controller;
  readonly #ports: DriverPorts;
  readonly #certainty = new Certainty();
  readonly #callPorts: CallRunPorts;
  /** Of what was asked. */
  readonly #ids = new Set<string>();
  /** The events that are in no part yet. */
  readonly #events: SagaEvent[] = [];
  #parts = 0;
  /** The saga, as far as Restate's journal knows of it. */
  #course: SagaCourse;
  #run: RunUnderWay | undefined;
  /** The call that the last run left under way. */
  #left: CallUnderWay | undefined;
  #timer: { readonly until: number; readonly over: RestatePromise<typeof WOKEN> } | undefined;
  #signal: RestatePromise<unknown>;
  #isInsistent = false;
  /** Whether the last run ended before its calls did: one of them takes long, or what was sent before is in doubt. */
  #endedEarly = false;
  /** The saga's time when it was last written. */
  #writtenAt: number | undefined;
  /** Another execution may have begun the first call: nothing tells whether this one is the first. */
  #needsFence = true;

  constructor(context: DriverContext, controller: Controller, started: SagaEvent, ports: DriverPorts) {
    this.#context = context;
    this.#controller = controller;
    this.#ports = ports;
    const attempts = new Attempts(controller, ports);
    this.#callPorts = { clock: ports.clock, make: (saga, call, options) => attempts.make(saga, call, options) };
    this.#signal = this.#nextSignal();
    this.#course = SagaCourse.of(controller, started);
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

  /** A run, named for the call that it begins with. */
  #begin({ step, type, attempt }: Call): RunUnderWay {
    const isFence = this.#needsFence;
    this.#needsFence = false;
    const calls = this.#callRun();
    const over = this.#context.run(`${step}/${type} ${attempt}`, async () => {
      const at = this.#ports.clock.now();
      if (isFence) return calls.note({ fenced: true, at });
      return this.#certainty.isCertain ? await calls.make() : calls.note({ resumed: true, at });
    });
    return { calls, over };
  }

  /** When a wait is over there is no telling how long it took: that is recorded before anything is decided from it. */
  #wake(): RunUnderWay {
    this.#needsFence = false;
    const calls = this.#callRun();
    const over = this.#context.run("woken", async () => calls.note({ fenced: true, at: this.#ports.clock.now() }));
    return { calls, over };
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
    const first = await this.#first([this.#signal, this.#run?.over, this.#timer?.over]);
    if (first === WOKEN) {
      this.#timer = undefined;
      this.#run = this.#wake();
      return;
    }
    const asked = this.#heard(first);
    if (asked) await this.#answer(asked);
    else if (!(first instanceof Signalled)) this.#told(first);
  }

  /** What comes first is told by what it gives. */
  async #first(all: readonly (RestatePromise<unknown> | undefined)[]): Promise<unknown> {
    try {
      // Only a signal may come without a value: the protocol allows it.
      return (await RestatePromise.race(all.filter((each) => each !== undefined))) ?? nothing;
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

  /** What somebody asks. What nobody here sent is no reason to stop the saga, nor what was heard before: it is sent again until it is answered. */
  #heard(first: unknown): Asked | undefined {
    if (first === CANCELLED_AT_RESTATE) return first;
    if (!(first instanceof Signalled)) return undefined;
    this.#signal = this.#nextSignal();
    const { success, data } = askedSchema.safeParse(first.asked);
    if (!success || this.#ids.has(data.id)) return undefined;
    this.#ids.add(data.id);
    return data;
  }

  /** What somebody asks is judged by where the saga stands: the run under way ends, and tells. What others ask meanwhile is judged with it. */
  async #answer(first: Asked): Promise<void> {
    const all: Asked[] = [first];
    this.#run?.calls.halt();
    while (this.#run) {
      const next = await this.#first([this.#signal, this.#run.over]);
      const asked = this.#heard(next);
      if (asked) all.push(asked);
      else if (!(next instanceof Signalled)) this.#told(next);
    }
    for (const asked of all) this.#judge(asked);
  }

  /** What the run under way made is in Restate's journal. */
  #told(value: unknown): void {
    const run = this.#run;
    if (!run) throw new TypeError("There is no run under way.");
    const { calls } = run;
    const before = this.saga;
    const all = calls.told ?? allToldSchema.parse(value);
    if (calls.told) this.#course = calls.course;
    else for (const told of all) this.#course.read(told);
    this.#run = undefined;
    this.#left = calls.left;
    this.#certainty.recorded(calls.told !== undefined);
    if (all.some((told) => "outcome" in told)) this.#isInsistent = false;
    if (all.some((told) => "fenced" in told)) return;
    const { call, saga } = this.#course;
    // It may be under way already, here or in an execution that is lost: a fence before it would hide that.
    const mayBeUnderWay = call !== undefined && calls.mayMake(call);
    this.#endedEarly = mayBeUnderWay && saga.seq > before.seq;
    if (!mayBeUnderWay && saga.updatedAt - before.updatedAt >= LATE_MS_MIN) this.#needsFence = true;
  }

  #judge(asked: Asked): void {
    if (asked === CANCELLED_AT_RESTATE) {
      this.#operate({ type: "cancel-requested", at: this.saga.updatedAt, by: "restate" });
      return;
    }
    const verdict = this.#verdictOn(asked.operation);
    // The saga as it is now is written before it is told.
    this.#notify();
    this.#write();
    this.#context.resolveAwakeable(asked.reply, verdict);
  }

  /** What is in Restate's journal comes again with every execution: whatever is wrong with it must not stop the saga. */
  #verdictOn(operation: unknown): Verdict {
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
   * To write costs Restate as much as a call does. What goes on quickly is written when it begins, and when it waits or ends, or a call takes
   * long; decided by what is recorded, so that it is decided again in the same way.
   */
  #isWorthWriting(): boolean {
    if (this.#run === undefined) return true;
    const { updatedAt } = this.saga;
    return this.#endedEarly || this.#writtenAt === undefined || updatedAt - this.#writtenAt >= UNWRITTEN_MS_MAX;
  }

  /** Writes the saga where others look for it. */
  #write(): void {
    this.#endedEarly = false;
    this.#writtenAt = this.saga.updatedAt;
    while (this.#events.length > EVENTS_PER_PART) {
      this.#context.set(partKey(this.#parts), this.#events.splice(0, EVENTS_PER_PART));
      this.#parts += 1;
    }
    const found = { saga: this.saga, controller: this.#controller };
    this.#context.set(RECORD_KEY, recordOf(found, this.#context.request().id, { parts: this.#parts, events: this.#events }));
  }
}
