/** The time, and being woken at one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, at or after the instant, and never before this returns. The function it gives calls that off. */
  wakeAt(instant: number, callback: () => void): () => void;
}
