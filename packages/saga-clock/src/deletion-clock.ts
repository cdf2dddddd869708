import { machineTime, type TimeSource } from "./time-source.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A clock that is set right in small steps gains or loses at most 0.3 s in ten minutes. */
const JUMP_MS_MIN = 5_000;

/** What the times in the records say about the clock, in milliseconds since the epoch. */
export interface RecordedTimes {
  /** The newest recorded time before the instant; undefined where there is none. */
  readonly before: number | undefined;
  /** The oldest recorded time from the instant on; undefined where there is none. */
  readonly since: number | undefined;
}

/** Why nothing may be deleted for a day. Instants in milliseconds since the epoch. */
export interface ClockDoubt {
  /** What the wall clock says. */
  readonly now: number;
  /** What it would say if no time had passed but that which this process saw pass since the last time that is known. */
  readonly expected: number;
  /** When the doubt ends by itself, by the wall clock as it is now. */
  readonly until: number;
}

/** The options of a `DeletionClock`. */
export interface DeletionClockOptions {
  /** Gives the recorded times around an instant, in milliseconds since the epoch. It may throw: the next look then asks again. */
  readonly recorded: (instant: number) => RecordedTimes;
  /**
   * The start of the day, in UTC and in milliseconds since the epoch, of which a person says that it is today. It counts while the clock is
   * within a day of it. Default: nobody says so.
   */
  readonly acceptedDay?: number | undefined;
  /** Called once for each doubt. Default: nothing. */
  readonly onDoubt?: (doubt: ClockDoubt) => void;
  /** Default: the clocks of the machine. */
  readonly source?: TimeSource;
}

/**
 * The wall clock, for what is deleted by its age. A clock that is wrong would delete what is young, so it is not believed
 *
 * - for an hour after this was made, and for an hour after a jump against the monotonic clock, in either direction;
 * - where it is more than a day ahead of what the records and the time that was seen to pass since let expect: until a day was seen to pass
 *   without a jump, or a person accepts the clock.
 *
 * Both times are counted on the monotonic clock, in this process.
 *
 * @example
 * const clock = new DeletionClock({ recorded: (instant) => journal.recordedTimes(instant) });
 * const now = clock.now();
 * if (now !== undefined) journal.prune({ endedBefore: now - 86_400_000, keysBefore: now - 86_400_000, limit: 100 });
 */
export class DeletionClock {
  readonly #options: DeletionClockOptions;
  readonly #source: TimeSource;
  #steadySince: number;
  /** The last look. */
  #last: Look;
  /** The last time that is known: that of the records, later that of the last look at which the clock was believed. */
  #known: Look | undefined;
  #isTold = false;

  constructor(options: DeletionClockOptions) {
    this.#options = options;
    this.#source = options.source ?? machineTime;
    this.#last = this.#look();
    this.#steadySince = this.#last.monotonic;
  }

  /**
   * The present time in milliseconds since the epoch; undefined while nothing may be deleted. Look just before each deletion, and best every ten
   * minutes: after a longer time a slow drift may count as a jump, which only delays. Throws what `recorded` throws.
   */
  now(): number | undefined {
    const look = this.#look();
    if (Math.abs(jumpMs(this.#last, look)) > JUMP_MS_MIN) {
      this.#steadySince = look.monotonic;
      this.#isTold = false;
    }
    this.#last = look;
    this.#known ??= this.#knownFromRecords(look);
    const aheadMs = jumpMs(this.#known, look);
    const isDoubtful = aheadMs > DAY_MS && !this.#isAccepted(look.wall);
    const heldMs = this.#steadySince + (isDoubtful ? DAY_MS : HOUR_MS) - look.monotonic;
    if (heldMs <= 0) {
      this.#known = look;
      this.#isTold = false;
      return look.wall;
    }
    if (isDoubtful && !this.#isTold) {
      this.#isTold = true;
      this.#options.onDoubt?.({ now: look.wall, expected: look.wall - aheadMs, until: look.wall + heldMs });
    }
    return undefined;
  }

  #look(): Look {
    return { wall: this.#source.wall(), monotonic: this.#source.monotonic() };
  }

  /**
   * Records less than a day old prove nothing alone: an earlier process may have written them by the same wrong clock. They do if the records
   * before them are less than a day older: then the clock went on, and the process that it is wrong for had its day.
   */
  #knownFromRecords({ wall, monotonic }: Look): Look {
    const { before, since = wall } = this.#options.recorded(wall - DAY_MS);
    const isKnown = before === undefined || Math.min(since, wall) - before <= DAY_MS;
    return { wall: isKnown ? wall : before, monotonic };
  }

  #isAccepted(wall: number): boolean {
    const { acceptedDay } = this.#options;
    return acceptedDay !== undefined && wall >= acceptedDay - DAY_MS && wall < acceptedDay + 2 * DAY_MS;
  }
}

/** Both clocks at one instant. */
interface Look {
  readonly wall: number;
  readonly monotonic: number;
}

/** By how much the wall clock moved on beyond the time that passed. */
function jumpMs(from: Look, to: Look): number {
  return to.wall - from.wall - (to.monotonic - from.monotonic);
}
