/** Gives a random number from 0 up to, and not including, 1. Backoff uses it for jitter. */
export type Random = () => number;
