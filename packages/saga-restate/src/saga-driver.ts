import { CancelledError, RestatePromise, TerminalError, type WorkflowContext } from "@restatedev/restate-sdk";
import {
  type Call,
  type Command,
  type Controller,
  choiceOf,
  type FoundSaga,
  isAtRest,
  isOperation,
  type Operation,
  readEvent,
  type Saga,
  type SagaEvent,
  transition,
} from "saga-core";
import { type AttemptPorts, Attempts } from "./attempts.ts";
import type { Certainty } from "./certainty.ts";
import { askedSchema, type Told, type ToldHere, toldSchema, type Verdict } from "./messages.ts";
import { nothing, OPERATION_SIGNAL, Signalled, signalled } from "./operation-signal.ts";
import { EVENTS_PER_PART, partKey, RECORD_KEY, recordOf } from "./saga-record.ts";

/**
 * Restate puts to sleep what is idle for a minute, and goes on with it in another execution: after a call that took as long as this there is
 * a fence before the next one, as after every wait. In milliseconds.
 */
const FENCED_CALL_MS_MIN = 30_000;

interface CallUnderWay {
  readonly command: Call;
  /** What it told, where it was made, or found too late, in this execution, and is not read from Restate's journal. */
  toldHere: ToldHere | undefined;
  told: RestatePromise<unknown> | undefined;
}

/** A timer is over. */
const WOKEN = Symbol("woken");

/** Somebody cancelled the workflow's invocation at Restate itself. */
const CANCELLED_AT_RESTATE = Symbol("cancelled at Restate");

/** So old may be what is written of a saga that goes on, beside the call that is under way. In milliseconds. */
const UNWRITTEN_MS_MAX = 250;
/** The same where nothing need be written of it for now. */
const UNWRITTEN_LATE_MS_MAX = 5_000;

export interface DriverPorts extends AttemptPorts {
  /** Told of every event, with Restate's name for the run; again where the workflow is run again. */
  readonly notify: (found: FoundSaga, event: SagaEvent, invocation: string) => void;
}

/**
 * Drives one saga in a workflow: every event goes through `transition`, and its commands are performed with what Restate offers. A call is a
 * run, a wait a timer, an operation a signal. What comes back from those is in Restate's journal, in one order for all executions; so
 * everything that is decided from it, and from nothing else, is as durable as that journal, and is decided again in the same way.
 */
export class SagaDriver {
  readonly #context: WorkflowContext;
  readonly #controller: Controller;
  readonly #ports: DriverPorts;
  readonly #certainty: Certainty;
  readonly #attempts: Attempts;
  readonly #heard = new Set<string>();
  /** Whether the saga's first call is granted to the process that started it. */
  readonly #isGranted: boolean;
  /** Nothing is recorded of any call yet. */
  #isFirst = true;
  readonly #events: SagaEvent[] = [];
  #parts = 0;
  #saga: Saga;
  #commands: readonly Command[] = [];
  #call: CallUnderWay | undefined;
  #wait: { readonly until: number; readonly over: RestatePromise<typeof WOKEN> | undefined } | undefined;
  #signal: RestatePromise<Signalled>;
  /** Its participant is left alone until then. */
  #openUntil = -Infinity;
  #isInsistent = false;
  /** Whether nobody but the process that started it need know of it while it goes on quickly. */
  readonly #isWrittenLate: boolean;
  /** The saga's time when it was last written. */
  #writtenAt: number | undefined;
  #needsFence: boolean;

  constructor(
    context: WorkflowContext,
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
    this.#isGranted = start.isFirstCallGranted;
    this.#needsFence = !start.isFirstCallGranted;
    this.#isWrittenLate = start.isWrittenLate;
    this.#attempts = new Attempts(controller, ports);
    this.#signal = this.#nextSignal();
    const { saga, commands } = transition(controller, undefined, start.started);
    this.#saga = saga;
    this.#commands = commands;
    this.#record(start.started);
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** The saga's events, where they are few: what is told to whoever waits for its end. */
  get events(): readonly SagaEvent[] | undefined {
    return this.#parts === 0 ? this.#events : undefined;
  }

  /** Resolves when the saga has ended. While it needs a human, it waits for one. */
  async drive(): Promise<void> {
    for (;;) {
      this.#perform();
      if (this.#isWorthWriting()) this.#write();
      if (isAtRest(this.#saga) && this.#saga.phase.name !== "needs-intervention") return;
      await this.#next();
    }
  }

  /** Performs what the last event commanded. What is recorded without a call is taken in at once. */
  #perform(): void {
    const record = this.#commands.find(({ type }) => type === "record");
    for (const command of this.#commands) {
      switch (command.type) {
        case "run":
        case "rollback":
        case "probe":
          this.#call = this.#begin(command);
          break;
        case "wait":
        case "record":
        case "finish":
        case "ask-human":
          break;
      }
    }
    this.#waitAs(this.#commands);
    if (record?.type !== "record") return;
    this.#take({ type: record.event, at: this.#saga.updatedAt });
    this.#perform();
  }

  #begin(command: Call): CallUnderWay {
    const saga = this.#saga;
    const isFence = this.#needsFence;
    const options = {
      isInsistent: this.#isInsistent,
      turnsAt: this.#turnsAt(),
      lost: this.#context.request().attemptCompletedSignal,
    };
    if (!isFence) this.#isInsistent = false;
    this.#needsFence = false;
    const call: CallUnderWay = { command, toldHere: undefined, told: undefined };
    const name = `${command.step}/${command.type} ${command.attempt}`;
    call.told = this.#context.run(name, async (): Promise<ToldHere> => {
      const { isCertain } = this.#certainty;
      // The first call of a saga is granted to another process: it must see that this one was here before.
      const isTrace = this.#isFirst && this.#isGranted && !isCertain;
      const told =
        isFence || isTrace
          ? ({ fenced: true, at: this.#ports.clock.now() } as const)
          : await this.#attempts.make(saga, command, { ...options, isCertain });
      call.toldHere = told;
      return told;
    });
    return call;
  }

  /** While a call is under way, the only wait is the one for the saga to turn back. */
  #turnsAt(): number {
    const wait = this.#commands.find(({ type }) => type === "wait");
    return wait?.type === "wait" ? wait.until : Infinity;
  }

  #waitAs(commands: readonly Command[]): void {
    const command = commands.find(({ type }) => type === "wait");
    if (command?.type !== "wait") {
      this.#wait = undefined;
      return;
    }
    const until = this.#saga.isParked ? Math.min(command.until, this.#openUntil) : command.until;
    if (this.#wait?.until === until) return;
    // A call's limit is nearer than any wait beside it; what was due meanwhile is made up for when it has ended.
    this.#wait = { until, over: this.#call ? undefined : this.#sleepUntil(until) };
  }

  #sleepUntil(until: number): RestatePromise<typeof WOKEN> {
    this.#needsFence = true;
    return this.#context.sleep(Math.max(0, until - this.#ports.clock.now())).map((): typeof WOKEN => WOKEN);
  }

  /** Waits for whatever comes first of what can happen, and takes it in. */
  async #next(): Promise<void> {
    const told = this.#call?.told;
    const over = this.#wait?.over;
    // What comes first is told by what it gives.
    const first = await this.#first([this.#signal, told, over].filter((each) => each !== undefined));
    this.#commands = [];
    if (first === CANCELLED_AT_RESTATE) this.#operate({ type: "cancel-requested", at: this.#saga.updatedAt, by: "restate" });
    else if (first === WOKEN) this.#woken();
    else if (first instanceof Signalled) this.#signalled(first);
    else this.#answered(first);
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

  #nextSignal(): RestatePromise<Signalled> {
    return this.#context.signal(OPERATION_SIGNAL, signalled);
  }

  #answered(value: unknown): void {
    const call = this.#call;
    if (!call) throw new TypeError("There is no call under way.");
    const { toldHere } = call;
    const told: Told = toldHere ?? toldSchema.parse(value);
    // A trace that is left for the process to which the first call is granted says nothing of what that one did.
    const isOnlyTrace = this.#isFirst && this.#isGranted && "fenced" in told;
    this.#certainty.recorded(toldHere !== undefined && !isOnlyTrace);
    this.#isFirst = false;
    if ("fenced" in told) {
      this.#again();
      this.#call = this.#begin(call.command);
      return;
    }
    this.#call = undefined;
    const wait = this.#wait;
    this.#wait = undefined;
    const at = this.#notBefore(told.at);
    if (at - this.#saga.updatedAt >= FENCED_CALL_MS_MIN) this.#needsFence = true;
    // What was due while the call was under way happened before its answer.
    if (wait && at >= wait.until) this.#take({ type: "woken", at: this.#notBefore(wait.until) });
    if ("openUntil" in told) {
      this.#openUntil = told.openUntil;
      this.#take({ type: "parked", at });
      return;
    }
    this.#take(this.#answerOf(call, told, at));
  }

  /** What was told here is what is read in the journal elsewhere, to the order of its members: what is written is compared when it is done again. */
  #answerOf({ command, toldHere }: CallUnderWay, told: Told, at: number): SagaEvent {
    const { step, type: action, attempt } = command;
    if (!toldHere || !("outcome" in toldHere)) {
      return readEvent(this.#controller, { type: "answered", step, action, attempt, ...told, at });
    }
    const { random, outcome } = toldHere;
    return { type: "answered", at, step, action, attempt, random, outcome };
  }

  #woken(): void {
    const until = this.#wait?.until ?? this.#saga.updatedAt;
    this.#wait = undefined;
    this.#take({ type: this.#saga.isParked ? "resumed" : "woken", at: this.#notBefore(until) });
  }

  #signalled(signalled: Signalled): void {
    this.#signal = this.#nextSignal();
    const asked = askedSchema.safeParse(signalled.asked);
    // It is sent again until it is answered. What nobody here sent is no reason to stop the saga.
    if (!asked.success || this.#heard.has(asked.data.id)) {
      this.#again();
      return;
    }
    const { id, operation, reply } = asked.data;
    this.#heard.add(id);
    const verdict = this.#judge(operation);
    // The saga as it is now is written before it is told.
    this.#write();
    this.#context.resolveAwakeable(reply, verdict);
  }

  /** What is in Restate's journal comes again with every execution: whatever is wrong with it must not stop the saga. */
  #judge(operation: unknown): Verdict {
    try {
      const event = readEvent(this.#controller, operation);
      if (!isOperation(event)) throw new TypeError(`${event.type} is no operation`);
      return this.#operate({ ...event, at: this.#notBefore(event.at) });
    } catch (error) {
      this.#again();
      return { allowed: false, reason: `it cannot be taken in: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  #operate(operation: Operation): Verdict {
    const choice = choiceOf(this.#controller, this.#saga, operation);
    if (!choice.allowed) {
      this.#again();
      return choice;
    }
    this.#isInsistent ||= operation.type === "retry-requested";
    // After a human the workflow may have slept for long.
    if (this.#saga.phase.name === "needs-intervention") this.#needsFence = true;
    this.#take(operation);
    return { allowed: true };
  }

  /** Nothing has changed: what is waited for is waited for again. */
  #again(): void {
    const wait = this.#wait;
    this.#commands = wait ? [{ type: "wait", until: wait.until }] : [];
  }

  #take(event: SagaEvent): void {
    const { saga, commands } = transition(this.#controller, this.#saga, event);
    this.#saga = saga;
    this.#commands = commands;
    this.#record(event);
  }

  /** Clocks of several processes differ; a saga's time does not go back. It is in whole milliseconds. */
  #notBefore(at: number): number {
    return Math.ceil(Math.max(at, this.#saga.updatedAt));
  }

  #record(event: SagaEvent): void {
    this.#events.push(event);
    this.#ports.notify({ saga: this.#saga, controller: this.#controller }, event, this.#context.request().id);
  }

  /**
   * To write costs Restate as much as a call does. What goes on quickly is written when it begins, unless that is not needed, and when it waits
   * or ends; decided by what is recorded, so that it is decided again in the same way.
   */
  #isWorthWriting(): boolean {
    if (this.#call === undefined) return true;
    const { createdAt, updatedAt } = this.#saga;
    if (this.#isWrittenLate) return updatedAt - (this.#writtenAt ?? createdAt) >= UNWRITTEN_LATE_MS_MAX;
    return this.#writtenAt === undefined || updatedAt - this.#writtenAt >= UNWRITTEN_MS_MAX;
  }

  /** Writes the saga where others look for it. */
  #write(): void {
    this.#writtenAt = this.#saga.updatedAt;
    while (this.#events.length > EVENTS_PER_PART) {
      this.#context.set(partKey(this.#parts), this.#events.splice(0, EVENTS_PER_PART));
      this.#parts += 1;
    }
    const found = { saga: this.#saga, controller: this.#controller };
    this.#context.set(RECORD_KEY, recordOf(found, this.#context.request().id, { parts: this.#parts, events: this.#events }));
  }
}
