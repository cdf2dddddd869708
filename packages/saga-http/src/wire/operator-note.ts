/** Who asked for an operation and why. */
export interface OperatorNote {
  readonly by?: string;
  readonly note?: string;
}

/** The same as a schema gives it. */
export interface GivenNote {
  readonly by?: string | undefined;
  readonly note?: string | undefined;
}

/** A member that was not given stays absent, in the journal and in JSON. */
export function operatorNoteOf({ by, note }: GivenNote): OperatorNote {
  return { ...(by !== undefined && { by }), ...(note !== undefined && { note }) };
}
