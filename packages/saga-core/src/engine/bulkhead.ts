/** Keeps the calls under way at one participant below a limit. */
export class Bulkhead {
  readonly #callsInFlightMax: number;
  #callsInFlight = 0;
  #expired = 0;

  constructor(callsInFlightMax: number) {
    this.#callsInFlightMax = callsInFlightMax;
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  /** How many more calls may be under way. */
  get room(): number {
    return this.#callsInFlightMax - this.#callsInFlight;
  }

  /** Whether every place is taken by a call that is past its deadline: no place may ever be free again. */
  get isStuck(): boolean {
    return this.#expired >= this.#callsInFlightMax;
  }

  enter(): void {
    this.#callsInFlight += 1;
  }

  leave(): void {
    this.#callsInFlight -= 1;
  }

  /** Notes that a call is past its deadline: it keeps its place until `leaveExpired`. */
  expire(): void {
    this.#expired += 1;
  }

  leaveExpired(): void {
    this.#expired -= 1;
    this.leave();
  }
}
