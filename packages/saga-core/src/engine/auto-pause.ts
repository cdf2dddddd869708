/** When a definition pauses itself, and how such a pause ends. */
export interface AutoPause {
  /** The least number of sagas of a definition that come to need a human within `windowMs`, for it to pause itself; 0: it never does. */
  readonly countMin: number;
  /** The least share of them among its sagas that ended or stopped within `windowMs`, in percent. */
  readonly sharePercentMin: number;
  /** How far back the sagas are counted, in milliseconds. */
  readonly windowMs: number;
  /** After how many trials in a row that need nobody the pause ends; 0: only an operator ends it, and no trial is let through. */
  readonly trials: number;
  /** The time between two trials, and before the first one, in milliseconds. A trial is a start that is let through. */
  readonly trialMs: number;
}

/**
 * Usual numbers for `autoPause` of an engine: 20 sagas and half of all within five minutes; a trial a minute, and three in a row end
 * the pause.
 */
export const defaultAutoPause: AutoPause = {
  countMin: 20,
  sharePercentMin: 50,
  windowMs: 300_000,
  trials: 3,
  trialMs: 60_000,
};

/** How many sagas of a definition came to rest, and how many of them because they need a human. */
export interface RestCounts {
  readonly needHuman: number;
  readonly all: number;
}

/** The note of the pause that so many sagas make; undefined if they make none. */
export function pauseNote(
  { countMin, sharePercentMin, windowMs }: AutoPause,
  { needHuman, all }: RestCounts,
): string | undefined {
  if (needHuman < countMin || needHuman * 100 < all * sharePercentMin) return undefined;
  return `${needHuman} of ${all} sagas that ended or stopped within ${windowMs / 1_000} s came to need a human`;
}
