import type { ParticipantState } from "../ports/engine.ts";
import { Bulkhead } from "./bulkhead.ts";
import { afterFailure, type Circuit, type CircuitLimits, closedCircuit, halfOpened, waitMs } from "./circuit-breaker.ts";
import { Evidence } from "./evidence.ts";
import type { CallEnd, Caller, Failure, GatePorts, Queued, Ticket, Waiter } from "./gate-call.ts";
import { WaitingLine } from "./waiting-line.ts";

/** The limits of one participant: its concurrent calls, and when its circuit opens and for how many milliseconds. */
export interface GateLimits extends CircuitLimits {
  /** The most calls under way at one participant; further ones queue. */
  readonly callsInFlightMax: number;
}

/** Limits of 64 calls at a time; the circuit opens after 5 different sagas failed, for 1 second at first and 30 seconds at most. */
export const defaultGateLimits: GateLimits = { callsInFlightMax: 64, failuresMax: 5, openMsBase: 1_000, openMsMax: 30_000 };

/** The most first attempts under way at a participant whose circuit is not closed and whose last failure was silence. */
const FIRST_ATTEMPTS_MAX = 8;

/** What a saga on its way back into memory comes for. */
interface Expected {
  readonly isTrial: boolean;
}

/**
 * Admits the calls to one participant. A bulkhead limits how many are under way. A circuit breaker holds back the sagas that failed there, one
 * of which tries at a time; one saga's trouble is not the death of a participant. A saga that has not failed there since the last clear answer
 * makes its first attempt: at once where the last failure was an answer; where it was silence, the oldest first and few at a time. So does one
 * that silence made fail, once another saga is answered. Who waits for the circuit waits out of memory.
 */
export class ParticipantGate {
  readonly #name: string;
  readonly #limits: GateLimits;
  readonly #ports: GatePorts;
  readonly #bulkhead: Bulkhead;
  readonly #evidence = new Evidence();
  /** The tickets under way of sagas that had not failed. */
  readonly #firstAttempts = new Set<Ticket>();
  /** Calls that an operator requested, which wait for nothing but a place. */
  readonly #insistent = new Set<Waiter>();
  readonly #line = new WaitingLine();
  /** The parked sagas that are held back, the one whose turn is next at the head. */
  readonly #held = new Map<string, Waiter>();
  /** The sagas on their way back into memory. A place is kept for each. */
  readonly #expected = new Map<string, Expected>();
  #circuit: Circuit = closedCircuit;
  #trial: Ticket | undefined;
  #cancelWake: () => void = () => undefined;

  constructor(name: string, limits: GateLimits, ports: GatePorts) {
    this.#name = name;
    this.#limits = limits;
    this.#ports = ports;
    this.#bulkhead = new Bulkhead(limits.callsInFlightMax);
  }

  get state(): ParticipantState {
    const circuit = this.#circuit;
    const { size: failures, lastFailure } = this.#evidence;
    return {
      participant: this.#name,
      circuit: circuit.name,
      callsInFlight: this.#bulkhead.callsInFlight,
      waiting: this.#insistent.size + this.#line.size + this.#held.size,
      failures,
      ...(lastFailure && { lastFailure }),
      ...(circuit.name === "open" && { nextTrialAt: circuit.nextTrialAt }),
    };
  }

  /** Whether a saga that is not held back waits for nothing but a place, so that it may wait in memory. */
  get isWaitShort(): boolean {
    return this.#circuit.name === "closed" || this.#evidence.lastFailure === "answer";
  }

  /**
   * Requests to make a call. A ticket: make it now, then `leave`. `queued`: `call.go` or `call.refuse` follows. `held`: the call is not to
   * be made, because the circuit holds its saga back, or because calls past their deadline have every place; a saga that parks is resumed
   * later.
   */
  enter(call: Queued, caller: Caller): Ticket | "queued" | "held" {
    const isExpected = this.#expected.delete(caller.sagaId);
    if (this.#bulkhead.isStuck) return "held";
    if (caller.isInsistent) {
      if (this.#room > 0) return this.#admit(caller);
      this.#insistent.add({ caller, call });
      return "queued";
    }
    if (this.#isHeldBack(caller)) {
      const isItsTurn = isExpected || this.#held.size === 0;
      return isItsTurn && this.#isTrialFree ? this.#admitTrial(caller) : "held";
    }
    if ((isExpected || this.#line.isAhead(caller)) && this.#isPlaceFree) return this.#admit(caller);
    this.#line.add({ caller, call });
    return "queued";
  }

  /** Gives the ticket of a call back once the call has ended. */
  leave(ticket: Ticket, end: CallEnd): void {
    this.#bulkhead.leave();
    this.#note(ticket, end);
    this.#pump();
  }

  /** Notes that a call gave no answer by its deadline. It keeps its place until `free`, because its handler has not returned. */
  expire(ticket: Ticket): void {
    this.#bulkhead.expire();
    this.#note(ticket, "silence");
    // No place may ever be free again: what queues for one waits out of memory instead, until its saga turns back or gives up.
    if (this.#bulkhead.isStuck) this.#refuse([...this.#takeInsistent(), ...this.#line.remove(({ call }) => call !== undefined)]);
    this.#pump();
  }

  /** The handler of an expired call has returned: its place is free. */
  free(): void {
    this.#bulkhead.leaveExpired();
    this.#pump();
  }

  /** Takes a call out of the queue. */
  withdraw(withdrawn: Queued): void {
    for (const waiter of this.#insistent) if (waiter.call === withdrawn) this.#insistent.delete(waiter);
    this.#line.delete(withdrawn);
  }

  /** Notes that a saga waits here out of memory. */
  park(caller: Caller): void {
    this.#wait({ caller });
    this.#pump();
  }

  /** Notes that a saga waits no longer. */
  forget(sagaId: string): void {
    this.#held.delete(sagaId);
    this.#line.delete(sagaId);
  }

  /**
   * When a saga that was held back, and is not resumed from here, is to request its call again, in milliseconds since the epoch.
   *
   * @param deadlineMs as a saga's policy has it; infinite for a saga that the deadline does not turn any more.
   */
  returnsAt(deadlineMs: number): number {
    const circuit = this.#circuit;
    const now = this.#ports.clock.now();
    if (circuit.name === "closed") return now + this.#limits.openMsBase;
    const soonest = now + waitMs(circuit.openMs, { deadlineMs });
    return circuit.name === "open" ? Math.max(circuit.nextTrialAt, soonest) : soonest;
  }

  #isHeldBack({ sagaId }: Caller): boolean {
    return this.#circuit.name !== "closed" && this.#evidence.has(sagaId);
  }

  /** The places that are nobody's. */
  get #room(): number {
    return this.#bulkhead.room - this.#expected.size;
  }

  get #isTrialFree(): boolean {
    const isTaken = this.#trial !== undefined || this.#expects(true) > 0;
    return this.#circuit.name === "half-open" && !isTaken && this.#room > 0;
  }

  /** Whether the next saga that is not held back may make its call. */
  get #isPlaceFree(): boolean {
    if (this.#room <= 0) return false;
    if (this.isWaitShort) return true;
    return this.#firstAttempts.size + this.#expects(false) < FIRST_ATTEMPTS_MAX;
  }

  #expects(isTrial: boolean): number {
    return [...this.#expected.values()].filter((expected) => expected.isTrial === isTrial).length;
  }

  #note(ticket: Ticket, end: CallEnd): void {
    this.#firstAttempts.delete(ticket);
    const isTrial = this.#trial === ticket;
    if (isTrial) this.#trial = undefined;
    if (end === "clear") this.#close();
    else if (end !== "unsent") this.#fail(ticket, end, isTrial);
  }

  #close(): void {
    this.#evidence.clear();
    this.#trial = undefined;
    this.#letGo();
    this.#change(closedCircuit);
  }

  #fail({ caller }: Ticket, failure: Failure, isTrial: boolean): void {
    const wasSilent = this.#evidence.lastFailure === "silence";
    this.#evidence.add(caller, failure);
    // It is alive: a saga that its silence made fail does not wait among those that it answers with a failure.
    if (wasSilent && failure === "answer") this.#letGo();
    const { size: sagas, shortestDeadlineMs: deadlineMs } = this.#evidence;
    const failed = { isTrial, sagas, deadlineMs, now: this.#ports.clock.now() };
    this.#change(afterFailure(this.#circuit, failed, this.#limits));
  }

  /** The sagas that nothing holds back any more wait in line. */
  #letGo(): void {
    const free = [...this.#held.values()].filter(({ caller }) => !this.#evidence.has(caller.sagaId));
    for (const { caller } of free) this.#held.delete(caller.sagaId);
    this.#line.addAll(free);
  }

  /** Enters another state of the circuit; the timer of the previous state is cancelled. */
  #change(next: Circuit): void {
    const { clock, onChange } = this.#ports;
    const before = this.#circuit;
    this.#circuit = next;
    this.#cancelWake();
    if (next.name === "open") this.#cancelWake = clock.wakeAt(next.nextTrialAt, () => this.#halfOpen());
    if (next.name === before.name) return;
    onChange(this.state);
    if (before.name === "closed") this.#holdBack();
  }

  /** Who has failed leaves the line: those in memory park. */
  #holdBack(): void {
    const held = this.#line.remove(({ caller }) => this.#isHeldBack(caller));
    for (const waiter of held) if (!waiter.call) this.#wait(waiter);
    this.#refuse(held);
  }

  #wait(waiter: Waiter): void {
    if (this.#isHeldBack(waiter.caller)) this.#held.set(waiter.caller.sagaId, waiter);
    else this.#line.add(waiter);
  }

  #refuse(waiters: readonly Waiter[]): void {
    for (const { call } of waiters) call?.refuse();
  }

  #takeInsistent(): readonly Waiter[] {
    const taken = [...this.#insistent];
    this.#insistent.clear();
    return taken;
  }

  #halfOpen(): void {
    this.#change(halfOpened(this.#circuit));
    this.#pump();
  }

  #admit(caller: Caller): Ticket {
    const ticket: Ticket = { caller };
    this.#bulkhead.enter();
    if (!this.#evidence.has(caller.sagaId)) this.#firstAttempts.add(ticket);
    return ticket;
  }

  #admitTrial(caller: Caller): Ticket {
    const ticket = this.#admit(caller);
    this.#trial = ticket;
    return ticket;
  }

  /** Lets in as many calls as may go: those of operators, then those of sagas that are not held back, then a trial. */
  #pump(): void {
    let mayMore = true;
    while (mayMore) mayMore = this.#letInsistentIn() || this.#letFirstIn() || this.#letTrialIn();
  }

  #letInsistentIn(): boolean {
    const [waiter] = this.#insistent;
    if (!waiter || this.#room <= 0) return false;
    this.#insistent.delete(waiter);
    waiter.call?.go(this.#admit(waiter.caller));
    return true;
  }

  #letFirstIn(): boolean {
    const { first } = this.#line;
    if (!first || !this.#isPlaceFree) return false;
    this.#line.shift();
    if (first.call) first.call.go(this.#admit(first.caller));
    else this.#resume(first.caller, { isTrial: false });
    return true;
  }

  #letTrialIn(): boolean {
    const [waiter] = this.#held.values();
    if (!waiter || !this.#isTrialFree) return false;
    this.#held.delete(waiter.caller.sagaId);
    this.#resume(waiter.caller, { isTrial: true });
    return true;
  }

  #resume({ sagaId }: Caller, expected: Expected): void {
    this.#expected.set(sagaId, expected);
    const resumed = () => {
      if (this.#expected.get(sagaId) === expected) this.#expected.delete(sagaId);
      this.#pump();
    };
    this.#ports.resume(sagaId).then(resumed, resumed);
  }
}
