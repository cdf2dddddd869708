import type { Clock } from "../ports/clock.ts";
import type { ParticipantState } from "../ports/engine.ts";

export interface GateLimits {
  /** Calls under way at one participant; further ones queue. */
  readonly callsInFlightMax: number;
  /** Calls in a row without an answer, after which the participant is taken for dead. */
  readonly failuresMax: number;
  /** How long it is then left alone before one call tries it again; it doubles with every one that fails, in milliseconds. */
  readonly openMsBase: number;
  readonly openMsMax: number;
}

export const defaultGateLimits: GateLimits = { callsInFlightMax: 64, failuresMax: 10, openMsBase: 1_000, openMsMax: 30_000 };

/** What a call that may go is counted by, from when it is given until `leave`. */
export interface Ticket {
  /** It tries whether the participant is there again. */
  readonly isProbe: boolean;
}

/** How a call ended: the participant gave an answer, be it a refusal; it gave none; or the call was not made. */
export type CallEnd = "answered" | "unanswered" | "unsent";

/** A call that waits for its turn. */
export interface Queued {
  /** It is its turn. */
  readonly go: (ticket: Ticket) => void;
  /** The circuit opened meanwhile. */
  readonly refuse: () => void;
}

export interface GatePorts {
  readonly clock: Clock;
  /** Reads a saga back that waits for this participant, and lets it try. Resolves when its call has come to the gate, or will not. */
  readonly takeUp: (sagaId: string) => Promise<void>;
  readonly onChange: (state: ParticipantState) => void;
}

/**
 * What stands before the calls to one participant: a limit on how many are under way, and a circuit breaker. After a number of calls in
 * a row that had no answer it opens: whoever wants to call waits, out of memory, until one call at a time has shown that the
 * participant is there again (https://martinfowler.com/bliki/CircuitBreaker.html).
 */
export class ParticipantGate {
  readonly #name: string;
  readonly #limits: GateLimits;
  readonly #ports: GatePorts;
  readonly #queue = new Set<Queued>();
  /** The sagas that wait for the circuit to close, the one that came first at the head. */
  readonly #parked = new Set<string>();
  #circuit: ParticipantState["circuit"] = "closed";
  #callsInFlight = 0;
  /** Sagas that are being read back to try. */
  #takenUp = 0;
  #isProbing = false;
  #failures = 0;
  #openMs: number;
  #nextProbeAt: number | undefined;
  #cancelProbe: () => void = () => undefined;

  constructor(name: string, limits: GateLimits, ports: GatePorts) {
    this.#name = name;
    this.#limits = limits;
    this.#ports = ports;
    this.#openMs = limits.openMsBase;
  }

  get state(): ParticipantState {
    return {
      participant: this.#name,
      circuit: this.#circuit,
      callsInFlight: this.#callsInFlight,
      waiting: this.#queue.size + this.#parked.size,
      failures: this.#failures,
      ...(this.#nextProbeAt !== undefined && { nextProbeAt: this.#nextProbeAt }),
    };
  }

  /**
   * Asks to call. A ticket: now, until `leave`. `queued`: `call` is told. `open`: the participant is left alone; whoever parks is taken up again.
   *
   * @param isInsistent an operator wants it tried now: the circuit does not hold it up.
   */
  enter(call: Queued, isInsistent: boolean): Ticket | "queued" | "open" {
    const isProbe = this.#circuit === "half-open" && !this.#isProbing;
    if (this.#circuit !== "closed" && !isProbe && !isInsistent) return "open";
    if (this.#isFull || this.#queue.size > 0) {
      this.#queue.add(call);
      return "queued";
    }
    return this.#admit();
  }

  /** A call has ended. */
  leave({ isProbe }: Ticket, end: CallEnd): void {
    this.#callsInFlight -= 1;
    if (isProbe) this.#isProbing = false;
    if (end === "answered") this.#answered();
    if (end === "unanswered") this.#failed(isProbe);
    this.#pump();
  }

  /** A call that was queued is not made. */
  withdraw(call: Queued): void {
    this.#queue.delete(call);
  }

  /** A saga waits for the circuit to close. */
  park(sagaId: string): void {
    this.#parked.add(sagaId);
    this.#pump();
  }

  /** A saga waits no longer. */
  forget(sagaId: string): void {
    this.#parked.delete(sagaId);
  }

  #answered(): void {
    this.#failures = 0;
    this.#openMs = this.#limits.openMsBase;
    if (this.#circuit === "closed") return;
    this.#cancelProbe();
    this.#nextProbeAt = undefined;
    this.#change("closed");
  }

  /** Of a circuit that is not closed only the call says something that tries it: others were under way when it opened. */
  #failed(isProbe: boolean): void {
    this.#failures += 1;
    if (this.#circuit === "closed" && this.#failures >= this.#limits.failuresMax) {
      this.#open();
    } else if (isProbe) {
      this.#openMs = Math.min(this.#openMs * 2, this.#limits.openMsMax);
      this.#open();
    }
  }

  #open(): void {
    const { clock } = this.#ports;
    this.#nextProbeAt = clock.now() + this.#openMs;
    this.#cancelProbe = clock.wakeAt(this.#nextProbeAt, () => {
      this.#nextProbeAt = undefined;
      this.#change("half-open");
      this.#pump();
    });
    this.#change("open");
    const refused = [...this.#queue];
    this.#queue.clear();
    for (const { refuse } of refused) refuse();
  }

  #change(circuit: ParticipantState["circuit"]): void {
    this.#circuit = circuit;
    this.#ports.onChange(this.state);
  }

  get #isFull(): boolean {
    return this.#callsInFlight >= this.#limits.callsInFlightMax;
  }

  #admit(): Ticket {
    const isProbe = this.#circuit === "half-open" && !this.#isProbing;
    this.#isProbing ||= isProbe;
    this.#callsInFlight += 1;
    return { isProbe };
  }

  /** Lets in as many as may: those in memory first, then those that must be read back. */
  #pump(): void {
    while (this.#mayCall()) {
      const [queued] = this.#queue;
      if (!queued) break;
      this.#queue.delete(queued);
      queued.go(this.#admit());
    }
    while (this.#mayTakeUp()) {
      const [parked] = this.#parked;
      if (parked === undefined) return;
      this.#parked.delete(parked);
      this.#takeUp(parked);
    }
  }

  #takeUp(sagaId: string): void {
    this.#takenUp += 1;
    const takenUp = () => {
      this.#takenUp -= 1;
      this.#pump();
    };
    this.#ports.takeUp(sagaId).then(takenUp, takenUp);
  }

  #mayCall(): boolean {
    return !this.#isFull && (this.#circuit === "closed" || (this.#circuit === "half-open" && !this.#isProbing));
  }

  /** Those that are being read back will want to call as well; where one is to try the participant, one is enough. */
  #mayTakeUp(): boolean {
    const isRoom = this.#callsInFlight + this.#takenUp < this.#limits.callsInFlightMax;
    return this.#mayCall() && isRoom && (this.#circuit === "closed" || this.#takenUp === 0);
  }
}
