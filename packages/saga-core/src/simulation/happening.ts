/** Something that can happen next. The first of several is what happens when nothing goes wrong. */
export interface Happening {
  readonly name: string;
  /** How many faults it counts as. */
  readonly cost: 0 | 1;
  readonly happen: () => void | Promise<void>;
}

/** What happened in a run, for people. */
export interface HistoryEntry {
  readonly what: string;
  /** The saga's state after it. */
  readonly state: string;
  /** Whether it is something that goes wrong, or that a person requested. */
  readonly isFault: boolean;
}
