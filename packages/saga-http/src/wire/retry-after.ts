/** What `Retry-After` says: the number of seconds after which a client may send the same request again. */
export const RETRY_AFTER_S = 1;

/** `Retry-After` where it is known after how long the request may succeed: whole seconds, and not too early. */
export function retryAfter(ms: number): string {
  return String(Math.max(RETRY_AFTER_S, Math.ceil(ms / 1_000)));
}
