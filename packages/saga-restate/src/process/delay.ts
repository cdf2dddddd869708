import type { Clock } from "saga-core";

/** A wait on the clock. */
export interface Delay {
  readonly over: Promise<"over">;
  /** Ends the timer; `over` is then never resolved. */
  readonly cancel: () => void;
}

/** @param ms milliseconds from now. */
export function delay(clock: Clock, ms: number): Delay {
  const over = Promise.withResolvers<"over">();
  const cancel = clock.wakeAt(clock.now() + ms, () => over.resolve("over"));
  return { over: over.promise, cancel };
}
