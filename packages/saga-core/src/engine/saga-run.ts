import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import { type Outcome, unavailable } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import { type AppliedEvent, advance } from "../transition/advance.ts";
import { type Call, type Command, isCall } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isAttemptRecorded } from "../transition/steps.ts";
import { isAtRest } from "../transition/transition.ts";
import { stateOf, stepOf } from "../transition/view.ts";
import { openWait } from "../transition/waits.ts";
import { dueAt } from "./due-at.ts";
import { DurableRecords } from "./durable-records.ts";
import { type Caller, callerOf, type Ticket } from "./gate-call.ts";
import { makeCall } from "./make-call.ts";
import { lookForHolder, type NotSent, tooLate } from "./not-sent.ts";
import type { ParticipantGate } from "./participant-gate.ts";
import type { Detachment, Origin, Position, QueuedCall } from "./run-position.ts";
import type { SagaRunPorts } from "./saga-run-ports.ts";
import type { WaitingPlace } from "./unreturned-calls.ts";
import { SLEEP_MS_MIN, WaitTimer } from "./wait-timer.ts";

/** Drives one saga while it is in memory: applies every event, writes what follows into the journal, and performs the commands. */
export class SagaRun {
  readonly controller: Controller;
  readonly #ports: SagaRunPorts<SagaRun>;
  readonly #records: DurableRecords;
  readonly #atGate = Promise.withResolvers<void>();
  readonly #timer: WaitTimer;
  #saga: Saga;
  #sagaBeforeRest: Saga;
  #at: Position;
  /** When the call that was commanded last was due. */
  #dueAt: number;
  /** Whether no call may be sent any more. */
  #isHalted = false;
  /** Whether an operator requested the next call: then an open circuit does not hold it up. */
  #isInsistent: boolean;

  /** Writes the first records at once. `go` begins to perform commands, when the engine has registered the run. */
  constructor(controller: Controller, ports: SagaRunPorts<SagaRun>, origin: Origin) {
    const { saga: before, event } = origin;
    this.controller = controller;
    this.#ports = ports;
    this.#records = new DurableRecords(ports.journal, origin, ports.failureRecordsMax);
    this.#timer = new WaitTimer(ports.clock, () => this.apply({ type: "woken", at: ports.clock.now() }));
    const { saga, records, commands } = advance(controller, before, event);
    this.#saga = saga;
    this.#sagaBeforeRest = before ?? saga;
    this.#dueAt = dueAt(before, event, commands);
    this.#at = { name: "created", commands };
    this.#isInsistent = event.type === "retry-requested";
    for (const record of records) this.#record(record);
  }

  go(): void {
    if (this.#at.name !== "created") return;
    const { commands } = this.#at;
    this.#at = { name: "idle" };
    this.#performAll(commands);
    if (!this.#isCalling) this.#atGate.resolve();
  }

  /** Resolves when its first call has come to its participant's gate, or when there is none. */
  get atGate(): Promise<void> {
    return this.#atGate.promise;
  }

  get saga(): Saga {
    return this.#saga;
  }

  /** The saga before it came to rest, or as it is: all that may be reported while nothing can be written. */
  get sagaBeforeRest(): Saga {
    return this.#sagaBeforeRest;
  }

  get isDetached(): boolean {
    return this.#at.name === "detached";
  }

  get isSending(): boolean {
    return this.#at.name === "sending";
  }

  /** How many of its records are durable. */
  get durableSeq(): number {
    return this.#records.durableSeq;
  }

  /** Resolves when the records up to `seq` are durable. */
  durable(seq: number): Promise<void> {
    return this.#records.upTo(seq);
  }

  /** Sends nothing more. The outcome of a call under way is waited for and recorded; then the saga is parked until the next start. */
  halt(): void {
    this.#isHalted = true;
    this.#timer.keepOnly();
    this.#leaveQueue();
    this.#parkIfHalted();
  }

  /** Waits no longer for the call under way: it is in doubt, as after a kill. */
  cut(): void {
    if (this.#at.name !== "sending") return;
    this.#at.cut.abort(new DOMException("the engine stops", "AbortError"));
    this.#detach({ why: "halted" });
  }

  /** Applies an event. A run that is over ignores it. */
  apply(event: SagaEvent): void {
    if (this.isDetached) return;
    try {
      const { saga, records, commands } = advance(this.controller, this.#saga, event);
      if (commands.some(isCall)) this.#dueAt = dueAt(this.#saga, event, commands);
      this.#saga = saga;
      this.#isInsistent ||= event.type === "retry-requested";
      for (const record of records) this.#record(record);
      this.#performAll(commands);
      this.#withdrawIfTurned();
    } catch (error) {
      this.#detach({ why: "stopped", error });
    }
  }

  #record({ event, saga, claims }: AppliedEvent): void {
    if (!isAtRest(saga)) this.#sagaBeforeRest = saga;
    const record = { event, saga, state: stateOf(this.controller, saga), step: stepOf(this.controller, saga), claims };
    if (event.type === "started") {
      this.#records.begin(record).catch((error: unknown) => this.#detach({ why: "not-begun", error }));
    } else {
      this.#records.append(record);
    }
    if (claims) this.#ports.onClaims(saga, claims);
    const notify = () => this.#ports.notify({ saga, controller: this.controller }, event);
    // A start that may come to nothing is not reported, nor is an end that a crash could change.
    if (isAtRest(saga)) this.#guard(this.#records.upTo(saga.seq).then(notify));
    else if (this.#records.beginning !== undefined) this.#records.beginning.then(notify, () => undefined);
    else notify();
  }

  #performAll(commands: readonly Command[]): void {
    const wait = commands.find(({ type }) => type === "wait");
    this.#timer.keepOnly(wait?.type === "wait" ? wait.until : undefined);
    for (const command of commands) this.#perform(command);
    this.#parkIfHalted();
  }

  /** A halted saga goes no further. One that has ended meanwhile still waits for its end to be durable. */
  #parkIfHalted(): void {
    if (!this.#isHalted || this.#isCalling || isAtRest(this.#saga)) return;
    // At a wait nothing is under way, and the next process knows it by its record.
    if (this.#saga.isParked || openWait(this.controller, this.#saga)) this.#detach({ why: "halted" });
    else this.apply({ type: "parked", at: this.#ports.clock.now() });
  }

  get #isCalling(): boolean {
    return this.#at.name === "awaiting-records" || this.#at.name === "admitted" || this.#at.name === "sending";
  }

  #perform(command: Command): void {
    switch (command.type) {
      case "run":
      case "rollback":
      case "probe":
        this.#guard(this.#call(command));
        return;
      case "listen":
        this.#ports.onListen(this.#saga, command);
        this.#guard(this.#sleepAtWait());
        return;
      case "wait":
        if (!this.#isHalted) this.#waitUntil(command.until);
        return;
      case "rest":
        this.#guard(this.#records.upTo(command.after).then(() => this.#detach({ why: "at-rest" })));
        return;
    }
  }

  /** A saga at a wait leaves memory when its start is durable, unless the wait is short. */
  async #sleepAtWait(): Promise<void> {
    const { saga } = this;
    await this.#records.beginning?.catch(() => undefined);
    const open = openWait(this.controller, this.#saga);
    if (this.#at.name !== "idle" || this.#saga.seq !== saga.seq || !open) return;
    const { waitingUntil = Infinity } = open.progress;
    if (waitingUntil - this.#ports.clock.now() >= SLEEP_MS_MIN) this.#detach({ why: "asleep", until: waitingUntil });
  }

  #waitUntil(until: number): void {
    const { clock } = this.#ports;
    const isIdle = this.#at.name === "idle" && this.#records.beginning === undefined;
    if (this.#at.name === "parking") this.#detach({ why: "asleep", until, place: this.#at.place });
    else if (isIdle && until - clock.now() >= SLEEP_MS_MIN) this.#detach({ why: "asleep", until });
    else this.#timer.set(until);
  }

  async #call(call: Call): Promise<void> {
    const during = this.#saga.phase.name;
    const waiting: Position = { name: "awaiting-records" };
    this.#at = waiting;
    await this.#records.upTo(call.after);
    if (this.#at !== waiting) return;
    if (this.#isTooLate(call)) this.#parkUnsent();
    else if (during === this.#saga.phase.name) await this.#enter(call, during);
    else this.#answerUnsent(call, "its saga has turned back");
  }

  async #enter(call: Call, during: QueuedCall["during"]): Promise<void> {
    const unreturned = this.#ports.unreturned.placeOf({ ...call, sagaId: this.#saga.id });
    // The call is not made a second time while the first one has not returned (rule 9).
    if (unreturned) {
      this.#atGate.resolve();
      this.#sleepAt(unreturned);
      return;
    }
    const gate = this.#ports.gateOf(handlerOf(this.controller, call.step).participant.name);
    const go = (ticket: Ticket) => this.#guard(this.#send(call, gate, ticket));
    const caller = callerOf(this.#saga, call, this.#isInsistent);
    const park = () => gate.park(caller);
    const queued: QueuedCall = { name: "queued", call, gate, during, go, refuse: () => this.#sleepAt({ park }) };
    const admission = gate.enter(queued, caller);
    this.#atGate.resolve();
    if (admission === "held") this.#sleepAt({ park });
    else if (admission !== "queued") await this.#send(call, gate, admission);
    else this.#queue(queued, caller);
  }

  /**
   * An unkeyed call is recorded as made before it is: after a crash it would be in doubt. So while it waits, it is recorded as not made. For a
   * silent participant any saga waits out of memory.
   */
  #queue(queued: QueuedCall, caller: Caller): void {
    const { gate, call } = queued;
    this.#at = queued;
    const isShort = gate.isWaitShort || caller.isInsistent;
    if (isShort && !isAttemptRecorded(this.#saga, handlerOf(this.controller, call.step))) return;
    gate.withdraw(queued);
    this.#sleepAt({ park: () => gate.park(caller) });
  }

  /** The call cannot be made now: until that changes, the saga takes no memory. */
  #sleepAt(place: WaitingPlace): void {
    this.#at = { name: "parking", place };
    this.apply({ type: "parked", at: this.#ports.clock.now() });
  }

  /** No call begins that could not end before the engine stops. */
  #isTooLate(call: Call): boolean {
    return this.#isHalted || !this.#ports.stop.leavesTimeFor(this.controller, call);
  }

  /** The saga sends nothing more, and goes on at the next start. */
  #parkUnsent(): void {
    this.#isHalted = true;
    this.#at = { name: "idle" };
    this.#parkIfHalted();
  }

  async #send(call: Call, gate: ParticipantGate, ticket: Ticket): Promise<void> {
    const { clock, journal, unreturned, observation } = this.#ports;
    const admitted: Position = { name: "admitted" };
    this.#at = admitted;
    this.#isInsistent = false;
    // While nothing can be written, nothing is sent: everything waits for the disk.
    while (journal.failure && !this.#isHalted) await this.#records.flush();
    const look = call.unlessReused && (await lookForHolder(journal, this.#saga, call.unlessReused));
    const isTooLate = this.#isTooLate(call);
    // The wait for the disk, or in the queue, may have been too long for the call.
    const notSent = tooLate(call, clock.now()) ?? look;
    if (this.#at !== admitted || isTooLate || notSent) {
      gate.leave(ticket, "unsent");
      if (this.#at !== admitted) return;
      if (isTooLate) this.#parkUnsent();
      else if (notSent) this.#reportUnsent(call, notSent);
      return;
    }
    const cut = new AbortController();
    this.#at = { name: "sending", cut };
    const times = { dueAt: this.#dueAt, beganAt: clock.now() };
    const ports = { clock, unreturned, gate, ticket, observation, times, cut: cut.signal };
    this.#answer(call, await makeCall(this.controller, this.#saga, call, ports));
  }

  #answer({ step, type: action, attempt }: Call, outcome: Outcome<JsonObject>): void {
    const { clock, random } = this.#ports;
    if (this.isDetached) return;
    this.#at = { name: "idle" };
    this.apply({ type: "answered", at: clock.now(), step, action, attempt, outcome, random: random() });
  }

  #reportUnsent(call: Call, why: NotSent): void {
    this.#at = { name: "idle" };
    if ("reason" in why) this.#answerUnsent(call, why.reason);
    else this.apply({ type: "id-reused", at: this.#ports.clock.now(), step: call.step, holder: why.holder });
  }

  #answerUnsent(call: Call, reason: string): void {
    this.#atGate.resolve();
    this.#answer(call, unavailable(`not sent: ${reason}`));
  }

  /** A call that still waits in the queue is not made for a saga that has turned back meanwhile: it would have to be undone. */
  #withdrawIfTurned(): void {
    const queued = this.#at;
    if (queued.name !== "queued" || queued.during === this.#saga.phase.name) return;
    this.#leaveQueue();
    this.#answerUnsent(queued.call, "its participant had no room for it in time");
  }

  #leaveQueue(): void {
    if (this.#at.name !== "queued") return;
    this.#at.gate.withdraw(this.#at);
    this.#at = { name: "idle" };
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#detach({ why: "stopped", error }));
  }

  #detach(detachment: Detachment): void {
    if (this.isDetached) return;
    this.#timer.keepOnly();
    this.#leaveQueue();
    this.#at = { name: "detached" };
    this.#atGate.resolve();
    this.#ports.onDetached(this, detachment);
  }
}
