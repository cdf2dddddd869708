/** A number from 0 up to, and not including, 1. */
export type Random = () => number;
