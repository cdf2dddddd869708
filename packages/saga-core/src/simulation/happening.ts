/** Something that can happen next. The first of several is what happens when nothing goes wrong. */
export interface Happening {
  readonly name: string;
  /** What it takes of the number of faults. */
  readonly cost: 0 | 1;
  readonly happen: () => void | Promise<void>;
}

/** What happened, for people. */
export interface Told {
  readonly what: string;
  /** The saga's state after it. */
  readonly state: string;
  /** Whether it is something that goes wrong, or that somebody asked for. */
  readonly isFault: boolean;
}
