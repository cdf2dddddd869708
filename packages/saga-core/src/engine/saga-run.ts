import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import { type Outcome, unavailable } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import type { SagaListener } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import { type AppliedEvent, advance } from "../transition/advance.ts";
import type { Call, Command } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isKeyed } from "../transition/steps.ts";
import { isAtRest } from "../transition/transition.ts";
import { stateOf, stepOf } from "../transition/view.ts";
import { DurableRecords } from "./durable-records.ts";
import type { ParticipantGate, Queued, Ticket } from "./participant-gate.ts";
import { callEndOf, performCall } from "./perform-call.ts";

/** A wait shorter than this is spent in memory: to read a saga back costs as much as its history is long. */
const SLEEP_MS_MIN = 5_000;

interface QueuedCall extends Queued {
  readonly gate: ParticipantGate;
  readonly call: Call;
  /** What the saga was about when the call was decided on. */
  readonly during: Saga["phase"]["name"];
}

/** Why a saga is driven in memory no longer. */
export type Left =
  /** It has ended or needs a human, durably. */
  | { readonly why: "at-rest" }
  /** It was halted, and no call is under way. */
  | { readonly why: "halted" }
  /** It waits for an instant, or for a participant whose circuit is open; at the latest until `until` (milliseconds since the epoch). */
  | { readonly why: "asleep"; readonly until: number; readonly gate?: ParticipantGate }
  /** Its start could not be written: there is no such saga. */
  | { readonly why: "not-begun"; readonly error: unknown }
  /** A defect stopped it until the next start. */
  | { readonly why: "stopped"; readonly error: unknown };

export interface SagaRunPorts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly gateOf: (participant: string) => ParticipantGate;
  readonly notify: SagaListener;
  /** Told once, at the moment at which the run is over. */
  readonly onLeft: (run: SagaRun, left: Left) => void;
}

/** Drives one saga while it is in memory: every event goes through `transition`, into the journal, and its commands are performed. */
export class SagaRun {
  readonly controller: Controller;
  readonly #ports: SagaRunPorts;
  readonly #records: DurableRecords;
  readonly #first: readonly Command[];
  readonly #atGate = Promise.withResolvers<void>();
  #saga: Saga;
  #beforeRest: Saga;
  /** Until its start is durable nobody is told of it. */
  #accepted: Promise<void> | undefined;
  #isHalted = false;
  #isLeft = false;
  /** A call is under way, or waits for its records. */
  #isCalling = false;
  #isSending = false;
  #queued: QueuedCall | undefined;
  #wait: { readonly until: number; readonly cancel: () => void } | undefined;
  /** The gate of the participant that it waits for, once it is parked for that. */
  #waitsAt: ParticipantGate | undefined;
  /** An operator wants the next call tried, whatever its participant's circuit says. */
  #isInsistent = false;

  constructor(
    controller: Controller,
    ports: SagaRunPorts,
    origin: { readonly saga: Saga | undefined; readonly event: SagaEvent },
  ) {
    this.controller = controller;
    this.#ports = ports;
    this.#records = new DurableRecords(ports.journal, origin.saga?.seq ?? 0);
    const { saga, records, commands } = advance(controller, origin.saga, origin.event);
    this.#saga = saga;
    this.#isInsistent = origin.event.type === "retry-requested";
    this.#beforeRest = origin.saga ?? saga;
    this.#first = commands;
    for (const record of records) this.#record(record);
  }

  /** Performs what the first event commands. Whoever made the run knows it by then. */
  go(): void {
    this.#performAll(this.#first);
    if (!this.#isCalling) this.#atGate.resolve();
  }

  /** Resolves when its first call has come to its participant's gate, or when there is none. */
  get atGate(): Promise<void> {
    return this.#atGate.promise;
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** The saga as it was before it came to rest, or as it is: what may be told while nothing can be written. */
  get sagaBeforeRest(): Saga {
    return this.#beforeRest;
  }

  /** Whether it is driven in memory no longer. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** Whether a call is under way. */
  get isSending(): boolean {
    return this.#isSending;
  }

  /** How many of its records are durable. */
  get durableSeq(): number {
    return this.#records.durableSeq;
  }

  /** Resolves when the records up to `seq` are durable. */
  durable(seq: number): Promise<void> {
    return this.#records.upTo(seq);
  }

  /** Sends nothing more. A call under way is waited for and its outcome recorded; then the saga is parked until the next start. */
  halt(): void {
    this.#isHalted = true;
    this.#clearWait();
    this.#leaveQueue();
    this.#parkIfHalted();
  }

  /** Takes in what happened to it. */
  take(event: SagaEvent): void {
    if (this.#isLeft) return;
    try {
      const { saga, records, commands } = advance(this.controller, this.#saga, event);
      this.#saga = saga;
      this.#isInsistent ||= event.type === "retry-requested";
      for (const record of records) this.#record(record);
      this.#performAll(commands);
      this.#withdrawIfTurned();
    } catch (error) {
      this.#leave({ why: "stopped", error });
    }
  }

  #record({ event, saga }: AppliedEvent): void {
    const { journal, notify } = this.#ports;
    if (!isAtRest(saga)) this.#beforeRest = saga;
    const record = { event, saga, state: stateOf(this.controller, saga), step: stepOf(this.controller, saga) };
    if (event.type === "started") {
      this.#accepted = this.#records.begun(journal.begin(record));
      this.#accepted.then(
        () => {
          this.#accepted = undefined;
        },
        (error: unknown) => this.#leave({ why: "not-begun", error }),
      );
    } else {
      journal.append(record);
      this.#records.appended(saga.seq);
    }
    const tell = () => notify({ saga, controller: this.controller }, event);
    // Nobody is told of a start that may come to nothing, nor of an end that a crash could change.
    if (isAtRest(saga)) this.#guard(this.#records.upTo(saga.seq).then(tell));
    else if (this.#accepted !== undefined) this.#accepted.then(tell, () => undefined);
    else tell();
  }

  #performAll(commands: readonly Command[]): void {
    const wait = commands.find(({ type }) => type === "wait");
    if (wait?.type !== "wait" || wait.until !== this.#wait?.until) this.#clearWait();
    for (const command of commands) this.#perform(command);
    this.#parkIfHalted();
  }

  #clearWait(): void {
    this.#wait?.cancel();
    this.#wait = undefined;
  }

  /** A halted saga goes no further. One that has ended meanwhile still waits for its end to be durable. */
  #parkIfHalted(): void {
    if (!this.#isHalted || this.#isCalling || isAtRest(this.#saga)) return;
    if (this.#saga.isParked) this.#leave({ why: "halted" });
    else this.take({ type: "parked", at: this.#ports.clock.now() });
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "run":
      case "rollback":
      case "probe":
        this.#isCalling = true;
        this.#guard(this.#call(command));
        return;
      case "wait":
        if (!this.#isHalted) this.#waitUntil(command.until);
        return;
      case "rest":
        this.#guard(this.#comeToRest(command.after));
        return;
    }
  }

  #waitUntil(until: number): void {
    const { clock } = this.#ports;
    const isIdle = !this.#isCalling && !this.#queued && !this.#accepted;
    if (this.#waitsAt) this.#leave({ why: "asleep", until, gate: this.#waitsAt });
    else if (isIdle && until - clock.now() >= SLEEP_MS_MIN) this.#leave({ why: "asleep", until });
    else this.#wait ??= { until, cancel: clock.wakeAt(until, () => this.#wake()) };
  }

  #wake(): void {
    this.#wait = undefined;
    this.take({ type: "woken", at: this.#ports.clock.now() });
  }

  async #call(call: Call): Promise<void> {
    const during = this.#saga.phase.name;
    await this.#records.upTo(call.after);
    if (this.#isHalted) {
      this.#parkUnsent();
      return;
    }
    if (during !== this.#saga.phase.name) {
      this.#answerUnsent(call, "its saga has turned back");
      return;
    }
    const handler = handlerOf(this.controller, call.step);
    const gate = this.#ports.gateOf(handler.participant.name);
    const go = (ticket: Ticket) => this.#goOn(call, gate, ticket);
    const queued: QueuedCall = { gate, call, during, go, refuse: () => this.#sleepAt(gate) };
    const admission = gate.enter(queued, this.#isInsistent);
    this.#atGate.resolve();
    if (admission === "open") this.#sleepAt(gate);
    else if (admission !== "queued") await this.#send(call, gate, admission);
    else this.#queue(queued);
  }

  /** An unkeyed call is recorded as made before it is: after a crash it would be in doubt. While it waits it is recorded that it was not. */
  #queue(queued: QueuedCall): void {
    if (!isKeyed(this.#saga, queued.call.step)) {
      queued.gate.withdraw(queued);
      this.#sleepAt(queued.gate);
      return;
    }
    this.#isCalling = false;
    this.#queued = queued;
  }

  /** Its turn has come at its participant. */
  #goOn(call: Call, gate: ParticipantGate, ticket: Ticket): void {
    this.#queued = undefined;
    this.#isCalling = true;
    this.#guard(this.#send(call, gate, ticket));
  }

  /** The participant is left alone, or has no room: until it has, the saga takes no memory. */
  #sleepAt(gate: ParticipantGate): void {
    this.#isCalling = false;
    this.#queued = undefined;
    this.#waitsAt = gate;
    this.take({ type: "parked", at: this.#ports.clock.now() });
  }

  /** A halted saga sends nothing more. */
  #parkUnsent(): void {
    this.#isCalling = false;
    this.#parkIfHalted();
  }

  async #send(call: Call, gate: ParticipantGate, ticket: Ticket): Promise<void> {
    const { clock, journal } = this.#ports;
    this.#isInsistent = false;
    // While nothing can be written, nothing is sent: everything waits for the disk.
    while (journal.failure && !this.#isHalted) await this.#records.flush();
    // The disk, or its turn, may have taken so long that the call comes too late.
    const isLate = call.before !== undefined && clock.now() >= call.before;
    if (this.#isHalted || isLate) {
      gate.leave(ticket, "unsent");
      if (this.#isHalted) this.#parkUnsent();
      else this.#answerUnsent(call, "it would have come too late for its key");
      return;
    }
    this.#isSending = true;
    const outcome = await performCall(this.controller, this.#saga, call);
    this.#isSending = false;
    gate.leave(ticket, callEndOf(outcome));
    this.#answer(call, outcome);
  }

  #answer({ step, type: action, attempt }: Call, outcome: Outcome<JsonObject>): void {
    const { clock, random } = this.#ports;
    this.#isCalling = false;
    this.take({ type: "answered", at: clock.now(), step, action, attempt, outcome, random: random() });
  }

  #answerUnsent(call: Call, reason: string): void {
    this.#atGate.resolve();
    this.#answer(call, unavailable(`not sent: ${reason}`));
  }

  /** A call that still waits for its turn is not made for a saga that has turned back meanwhile: it would have to be undone. */
  #withdrawIfTurned(): void {
    const queued = this.#queued;
    if (!queued || queued.during === this.#saga.phase.name) return;
    this.#leaveQueue();
    this.#answerUnsent(queued.call, "its participant had no room for it in time");
  }

  #leaveQueue(): void {
    this.#queued?.gate.withdraw(this.#queued);
    this.#queued = undefined;
  }

  async #comeToRest(after: number): Promise<void> {
    await this.#records.upTo(after);
    this.#leave({ why: "at-rest" });
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#leave({ why: "stopped", error }));
  }

  #leave(left: Left): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#clearWait();
    this.#leaveQueue();
    this.#atGate.resolve();
    this.#ports.onLeft(this, left);
  }
}
