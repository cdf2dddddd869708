/** What was asked for cannot be done, and nothing was written. The message says how to correct it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
