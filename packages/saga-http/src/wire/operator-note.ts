interface OptionalNote {
  readonly by?: string | undefined;
  readonly note?: string | undefined;
}

/** Who asked for an operation and why. A member that was not given stays absent, in the journal and in JSON. */
export function operatorNoteOf({ by, note }: OptionalNote): { readonly by?: string; readonly note?: string } {
  return { ...(by !== undefined && { by }), ...(note !== undefined && { note }) };
}
