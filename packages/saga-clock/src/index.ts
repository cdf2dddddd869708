export { SystemClock, systemClock, type TimeSource } from "./system-clock.ts";
