export { type ClockDoubt, DeletionClock, type DeletionClockOptions, type RecordedTimes } from "./deletion-clock.ts";
export { SystemClock, systemClock } from "./system-clock.ts";
export type { TimeSource } from "./time-source.ts";
