import type { Resumed } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";

/** A clock that is set right may step back a little. A key is kept for hours, so that it is no matter. */
const STEP_BACK_MS_MAX = 60_000;

/** An engine goes on with a saga. Where its last record is in the future, it says so: the clock is wrong now, or was then. */
export function resumedEvent({ updatedAt }: Saga, at: number): Resumed {
  return { type: "resumed", at, ...(at < updatedAt - STEP_BACK_MS_MAX && { isBehind: true }) };
}
