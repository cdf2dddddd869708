/** A service that a step calls. */
export interface Participant {
  /** How people call it: `store-manager`. */
  readonly name: string;
  /**
   * Whether, for its declared retention, the first answer to a key is the answer, refusals included (rule 2). An unknown outcome
   * of a keyed participant is settled by repeating the call; of an unkeyed one, only by a human.
   */
  readonly keyed: boolean;
}
