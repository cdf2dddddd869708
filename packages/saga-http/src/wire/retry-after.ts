/** What `Retry-After` says: the number of seconds after which a client may send the same request again. */
export const RETRY_AFTER_S = 1;
