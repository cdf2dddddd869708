import type { Saga } from "./saga.ts";

/** From this instant on a saga before its pivot turns to compensation. */
export function deadlineAt(saga: Saga): number {
  return saga.createdAt + saga.policy.deadlineMs;
}

/** From this instant on an unsettled call is not repeated: a human is asked. */
export function giveUpAt(saga: Saga): number {
  return saga.createdAt + saga.policy.giveUpMs;
}
