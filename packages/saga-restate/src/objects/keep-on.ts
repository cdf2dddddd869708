const HOUR_MS = 3_600_000;
/** No wait is doubled more often: it is 119 years by then. */
const DOUBLED_MAX = 20;

/** What is known of what an object keeps of a saga, when Restate says that its time is over. Instants in milliseconds since the epoch. */
export interface KeptAge {
  /** When its saga started; undefined where an earlier release started it. */
  readonly startedAt: number | undefined;
  /** How long it is kept after the end of its saga, and so at least after the start. */
  readonly keptMs: number;
  /** The present time; undefined while the clock of this process may be wrong. */
  readonly now: number | undefined;
  /** How often it was kept on so far. */
  readonly times: number;
}

/**
 * For how long it is kept on, in milliseconds; 0: it is deleted now. Restate compares its own clock with an instant that the SDK
 * computed from the clock of the process that ended the saga. Where either is wrong, Restate calls too early, and does so again at once if
 * the wait is shorter than the error: therefore each wait is twice as long as the one before.
 */
export function keepOnMs({ startedAt, keptMs, now, times }: KeptAge): number {
  const factor = 2 ** Math.min(times, DOUBLED_MAX);
  if (now === undefined) return HOUR_MS * factor;
  const missingMs = startedAt === undefined ? 0 : startedAt + keptMs - now;
  return Math.max(0, missingMs) * factor;
}
