import { deadlineAt, giveUpAt } from "./limits.ts";
import type { Saga } from "./saga.ts";
import { isAtRest } from "./transition.ts";

/** When a saga needs its engine again, in milliseconds since the epoch: at once while a call is under way; never at rest. */
export function wakeAt(saga: Saga): number | undefined {
  if (isAtRest(saga)) return undefined;
  const waiting = saga.steps.find(({ nextAttemptAt }) => nextAttemptAt !== undefined);
  if (saga.steps.some(({ calling }) => calling) || waiting?.nextAttemptAt === undefined) return saga.updatedAt;
  return Math.min(waiting.nextAttemptAt, saga.phase.name === "forward" ? deadlineAt(saga) : giveUpAt(saga));
}
