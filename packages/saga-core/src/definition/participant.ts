/** A service that a step calls. */
export interface Participant {
  /** How people call it: `store-manager`. */
  readonly name: string;
  /**
   * Whether, for its declared retention, the first answer to a key is the answer, refusals included (rule 2). An unknown outcome
   * of a keyed participant is settled by repeating the call; of an unkeyed one, only by a human.
   */
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds; absent: for good. */
  readonly keyRetentionMs?: number;
  /** After this time, in milliseconds, a request that had no answer cannot arrive any more. */
  readonly arrivesWithinMs?: number;
}

/** Where a participant does not say: longer than what holds a request up on its way. */
export const ARRIVES_WITHIN_MS_DEFAULT = 300_000;
