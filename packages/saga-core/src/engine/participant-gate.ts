import type { Clock } from "../ports/clock.ts";
import type { ParticipantState } from "../ports/engine.ts";
import { Bulkhead } from "./bulkhead.ts";
import {
  afterFailure,
  type Circuit,
  type CircuitLimits,
  callThrough,
  closedCircuit,
  halfOpened,
  withoutTrial,
  withTrial,
} from "./circuit-breaker.ts";

/** The limits of one participant: its concurrent calls, and when its circuit opens and for how many milliseconds. */
export interface GateLimits extends CircuitLimits {
  /** The most calls under way at one participant; further ones queue. */
  readonly callsInFlightMax: number;
}

/** Limits of 64 calls at a time; the circuit opens after 10 failures in a row, for 1 second at first and 30 seconds at most. */
export const defaultGateLimits: GateLimits = { callsInFlightMax: 64, failuresMax: 10, openMsBase: 1_000, openMsMax: 30_000 };

/** The right to make one call, from `enter` until `leave` or `expire`. */
export interface Ticket {
  /** Whether it is the trial call of a half-open circuit. */
  readonly isTrial: boolean;
}

/** How a call ended: the participant gave an answer, be it a refusal; it gave none; or the call was not made. */
export type CallEnd = "answered" | "unanswered" | "unsent";

/** A call that waits in the queue. */
export interface Queued {
  /** There is room: the call is to be made now. */
  readonly go: (ticket: Ticket) => void;
  /** The circuit opened meanwhile, or no place may ever be free: the call is not to be made. */
  readonly refuse: () => void;
}

export interface GatePorts {
  readonly clock: Clock;
  /** Brings a saga that is parked here back into memory. Resolves when its call has come to the gate, or will not. */
  readonly resume: (sagaId: string) => Promise<void>;
  readonly onChange: (state: ParticipantState) => void;
}

/**
 * Admits the calls to one participant: a bulkhead limits how many are under way, and a circuit breaker stops calls to a participant that
 * gives no answers. While the circuit is open, sagas wait for it out of memory.
 */
export class ParticipantGate {
  readonly #name: string;
  readonly #limits: GateLimits;
  readonly #ports: GatePorts;
  readonly #bulkhead: Bulkhead<Queued>;
  /** The sagas that wait for the circuit to close, the one that came first at the head. */
  readonly #parked = new Set<string>();
  #circuit: Circuit = closedCircuit;
  /** Sagas that are on their way back into memory. */
  #resuming = 0;
  #cancelWake: () => void = () => undefined;

  constructor(name: string, limits: GateLimits, ports: GatePorts) {
    this.#name = name;
    this.#limits = limits;
    this.#ports = ports;
    this.#bulkhead = new Bulkhead(limits.callsInFlightMax);
  }

  get state(): ParticipantState {
    const circuit = this.#circuit;
    return {
      participant: this.#name,
      circuit: circuit.name,
      callsInFlight: this.#bulkhead.callsInFlight,
      waiting: this.#bulkhead.queued + this.#parked.size,
      failures: circuit.failures,
      ...(circuit.name === "open" && { nextTrialAt: circuit.nextTrialAt }),
    };
  }

  /**
   * Requests to make a call. A ticket: make it now, then `leave`. `queued`: `call.go` or `call.refuse` follows. `open`: the call is not to
   * be made, because the circuit is open, or because calls past their deadline have every place; a saga that parks is resumed later.
   *
   * @param isInsistent whether an operator requested the call: then an open circuit does not hold it up.
   */
  enter(call: Queued, isInsistent: boolean): Ticket | "queued" | "open" {
    if (this.#bulkhead.isStuck || (callThrough(this.#circuit) === undefined && !isInsistent)) return "open";
    if (this.#bulkhead.room > 0 && this.#bulkhead.queued === 0) return this.#admit();
    this.#bulkhead.queue(call);
    return "queued";
  }

  /** Gives the ticket of a call back once the call has ended. */
  leave({ isTrial }: Ticket, end: CallEnd): void {
    this.#bulkhead.leave();
    if (end === "answered") this.#change(closedCircuit);
    else if (end === "unanswered") this.#fail(isTrial);
    else if (isTrial) this.#circuit = withoutTrial(this.#circuit);
    this.#pump();
  }

  /** Notes that a call gave no answer by its deadline. It keeps its place until `free`, because its handler has not returned. */
  expire({ isTrial }: Ticket): void {
    this.#bulkhead.expire();
    this.#fail(isTrial);
    // No place may ever be free again: what queues for one waits out of memory instead, until its saga turns back or gives up.
    if (this.#bulkhead.isStuck) this.#refuseQueued();
    this.#pump();
  }

  /** The handler of an expired call has returned: its place is free. */
  free(): void {
    this.#bulkhead.leaveExpired();
    this.#pump();
  }

  /** Takes a call out of the queue. */
  withdraw(call: Queued): void {
    this.#bulkhead.withdraw(call);
  }

  /** Notes that a saga waits for the circuit to close. */
  park(sagaId: string): void {
    this.#parked.add(sagaId);
    this.#pump();
  }

  /** Notes that a saga waits no longer. */
  forget(sagaId: string): void {
    this.#parked.delete(sagaId);
  }

  #fail(isTrial: boolean): void {
    const { clock } = this.#ports;
    this.#change(afterFailure(this.#circuit, { isTrial, now: clock.now() }, this.#limits));
  }

  /** Enters another state of the circuit; the timer of the previous state is cancelled. */
  #change(next: Circuit): void {
    const { clock, onChange } = this.#ports;
    const isSame = next.name === this.#circuit.name;
    this.#circuit = next;
    if (isSame) return;
    this.#cancelWake();
    if (next.name === "open") this.#cancelWake = clock.wakeAt(next.nextTrialAt, () => this.#halfOpen());
    onChange(this.state);
    if (next.name === "open") this.#refuseQueued();
  }

  #refuseQueued(): void {
    for (const { refuse } of this.#bulkhead.clear()) refuse();
  }

  #halfOpen(): void {
    this.#change(halfOpened(this.#circuit));
    this.#pump();
  }

  #admit(): Ticket {
    const isTrial = callThrough(this.#circuit) === "trial";
    if (isTrial) this.#circuit = withTrial(this.#circuit);
    this.#bulkhead.enter();
    return { isTrial };
  }

  /** Lets in as many calls as may go: those in memory first, then those of parked sagas. */
  #pump(): void {
    while (this.#mayCall()) {
      const queued = this.#bulkhead.next();
      if (!queued) break;
      queued.go(this.#admit());
    }
    while (this.#mayResume()) {
      const [parked] = this.#parked;
      if (parked === undefined) return;
      this.#parked.delete(parked);
      this.#resume(parked);
    }
  }

  #resume(sagaId: string): void {
    this.#resuming += 1;
    const resumed = () => {
      this.#resuming -= 1;
      this.#pump();
    };
    this.#ports.resume(sagaId).then(resumed, resumed);
  }

  #mayCall(): boolean {
    return this.#bulkhead.room > 0 && callThrough(this.#circuit) !== undefined;
  }

  /** A saga on its way back into memory will make a call too; one is enough for a trial. */
  #mayResume(): boolean {
    const isRoom = this.#bulkhead.room > this.#resuming;
    return isRoom && this.#mayCall() && (this.#circuit.name === "closed" || this.#resuming === 0);
  }
}
