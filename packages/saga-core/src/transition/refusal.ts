/** What of a saga may be refused to somebody. */
export const refusableOperations = ["cancel", "retry", "resolve", "signal", "end-wait", "acknowledge"] as const;

/** What somebody asked of a saga and was refused: who has not the role for it (`not-permitted`), or what the saga does not allow (`not-allowed`). */
export interface Refusal {
  readonly operation: (typeof refusableOperations)[number];
  readonly because: "not-permitted" | "not-allowed";
  /** The identity that asked. Absent where the reader may not know it. */
  readonly by?: string;
}
