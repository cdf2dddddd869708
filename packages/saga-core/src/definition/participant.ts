/** A service that a step calls, and the terms that it guarantees. Each saga records the terms at its start. */
export interface Participant {
  /** Its name for people: `store-manager`. */
  readonly name: string;
  /**
   * Whether, for its declared retention, the first answer to a key is the answer, refusals included (rule 2). An unknown outcome
   * is settled by repeating the call where the participant is keyed, and otherwise only by a probe or a human.
   */
  readonly keyed: boolean;
  /** How long it keeps its first answer to a key, in milliseconds. Default: for good. */
  readonly keyRetentionMs?: number;
  /** How late a request without an answer may still arrive, in milliseconds. Default: 300,000. */
  readonly arrivesWithinMs?: number;
  /** The deadline of a call, in milliseconds; a step may have its own. It must be below `arrivesWithinMs`. Default: 30,000. */
  readonly callTimeoutMs?: number;
}

/** The default of `arrivesWithinMs`, in milliseconds: longer than a request is held up on its way. */
export const ARRIVES_WITHIN_MS_DEFAULT = 300_000;
