/** Keeps the calls under way at one participant below a limit; further ones queue, the one that came first at the head. */
export class Bulkhead<Call> {
  readonly #callsInFlightMax: number;
  readonly #queue = new Set<Call>();
  #callsInFlight = 0;
  #expired = 0;

  constructor(callsInFlightMax: number) {
    this.#callsInFlightMax = callsInFlightMax;
  }

  get callsInFlight(): number {
    return this.#callsInFlight;
  }

  get queued(): number {
    return this.#queue.size;
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

  queue(call: Call): void {
    this.#queue.add(call);
  }

  /** Removes a call from the queue. */
  withdraw(call: Call): void {
    this.#queue.delete(call);
  }

  /** Removes the call at the head of the queue, and gives it. */
  next(): Call | undefined {
    const [call] = this.#queue;
    if (call !== undefined) this.#queue.delete(call);
    return call;
  }

  /** Removes every call from the queue, and gives them. */
  clear(): readonly Call[] {
    const calls = [...this.#queue];
    this.#queue.clear();
    return calls;
  }
}
