/** What came of a trial: it ended and needs nobody, it needs a human, or it says nothing. */
export type TrialEnd = "needs-nobody" | "needs-human" | "unclear";

export interface TrialLimits {
  /** How many trials in a row must need nobody. */
  readonly trials: number;
  /** The time between two trials, in milliseconds. */
  readonly trialMs: number;
}

/** The trials of one pause that a definition made itself: starts that are let through, one each `trialMs`. */
export class Trials {
  readonly #limits: TrialLimits;
  /** When each trial under way was due, by the id of its saga. */
  readonly #underWay = new Map<string, number>();
  #nextAt: number;
  #passed = 0;

  /** The first trial is due one `trialMs` after `now`, in milliseconds since the epoch: a restart does not bring it forward. */
  constructor(limits: TrialLimits, now: number) {
    this.#limits = limits;
    this.#nextAt = now + limits.trialMs;
  }

  /** The time until the next trial is due, in milliseconds; 0 if one is. */
  waitMs(now: number): number {
    // After the clock was set back, the next trial would be further away than it ever was.
    this.#nextAt = Math.min(this.#nextAt, now + this.#limits.trialMs);
    return Math.max(0, this.#nextAt - now);
  }

  begin(sagaId: string, now: number): void {
    this.#underWay.set(sagaId, this.#nextAt);
    this.#nextAt = now + this.#limits.trialMs;
  }

  /** The start made no saga: the next one may be the trial. */
  withdraw(sagaId: string): void {
    this.#nextAt = Math.min(this.#nextAt, this.#underWay.get(sagaId) ?? this.#nextAt);
    this.#underWay.delete(sagaId);
  }

  /** Notes what came of a saga, whether it is a trial or not. Returns whether the pause ends. */
  rested(sagaId: string, end: TrialEnd): boolean {
    if (!this.#underWay.delete(sagaId)) return false;
    if (end === "needs-human") this.#passed = 0;
    if (end === "needs-nobody") this.#passed += 1;
    return this.#passed >= this.#limits.trials;
  }
}
