/** The time, and timers. Every instant is in milliseconds since the epoch. */
export interface Clock {
  /** The present time, in milliseconds since the epoch. */
  now(): number;
  /** Calls back once, at or after the instant, and never before this returns. The returned function cancels the timer. */
  wakeAt(instant: number, callback: () => void): () => void;
}
