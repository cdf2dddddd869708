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

/** A call that waits for its turn. */
export interface Queued {
  /** It is its turn: the call is counted from here on, until `leave`. */
  readonly go: () => void;
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
   * Asks to call. `go`: now, until `leave`. `queued`: `call` is told. `open`: the participant is left alone; whoever parks is taken up again.
   *
   * @param isInsistent an operator wants it tried now: the circuit does not hold it up.
   */
  enter(call: Queued, isInsistent: boolean): "go" | "queued" | "open" {
    const isProbe = this.#circuit === "half-open" && !this.#isProbing;
    if (this.#circuit !== "closed" && !isProbe && !isInsistent) return "open";
    if (this.#callsInFlight >= this.#limits.callsInFlightMax) {
      this.#queue.add(call);
      return "queued";
    }
    this.#isProbing ||= isProbe;
    this.#callsInFlight += 1;
    return "go";
  }

  /** A call has ended. `isAlive`: the participant answered it, be it with a refusal. */
  leave(isAlive: boolean): void {
    this.#callsInFlight -= 1;
    if (isAlive) this.#answered();
    else this.#failed();
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
    this.#isProbing = false;
    this.#openMs = this.#limits.openMsBase;
    if (this.#circuit === "closed") return;
    this.#cancelProbe();
    this.#nextProbeAt = undefined;
    this.#change("closed");
  }

  #failed(): void {
    this.#failures += 1;
    switch (this.#circuit) {
      case "closed":
        if (this.#failures >= this.#limits.failuresMax) this.#open();
        return;
      case "half-open":
        this.#openMs = Math.min(this.#openMs * 2, this.#limits.openMsMax);
        this.#open();
        return;
      case "open":
        // It was under way when the circuit opened: it says nothing new.
        return;
    }
  }

  #open(): void {
    const { clock } = this.#ports;
    this.#isProbing = false;
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

  /** Lets in as many as may: those in memory first, then those that must be read back. */
  #pump(): void {
    while (this.#hasRoom()) {
      const [queued] = this.#queue;
      if (queued) {
        this.#queue.delete(queued);
        this.#callsInFlight += 1;
        this.#isProbing ||= this.#circuit === "half-open";
        queued.go();
        continue;
      }
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

  #hasRoom(): boolean {
    switch (this.#circuit) {
      case "closed":
        return this.#callsInFlight + this.#takenUp < this.#limits.callsInFlightMax;
      case "half-open":
        return !this.#isProbing && this.#takenUp === 0;
      case "open":
        return false;
    }
  }
}
