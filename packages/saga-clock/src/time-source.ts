/** Where a clock reads the time. */
export interface TimeSource {
  /** Milliseconds since the epoch by the machine's wall clock, which may jump. */
  readonly wall: () => number;
  /** Milliseconds since any instant, on a clock that never jumps. */
  readonly monotonic: () => number;
}

/** The clocks of the machine. */
export const machineTime: TimeSource = { wall: () => Date.now(), monotonic: () => performance.now() };
