import type { Action } from "../definition/attempt.ts";
import { hasEffect } from "../definition/handler.ts";
import { keyEndsAt, patienceEndsAt } from "./limits.ts";
import type { Saga } from "./saga.ts";
import { isRepeatable, type StepAt, termsAt } from "./steps.ts";

/**
 * How a doubt about an earlier attempt is settled (rules 3 and 6): by the same call under its key; by its repetition, which is harmless;
 * by a look; by taking it for refused, where an orphan is declared harmless; or by a human. `nothing` is in doubt: it is just sent.
 */
export function settlingBy(
  saga: Saga,
  open: StepAt,
  action: Action,
): "nothing" | "key" | "repetition" | "probe" | "orphan" | "human" {
  if (open.progress.inDoubtSince === undefined) return "nothing";
  if (isRepeatable(open, action)) return "repetition";
  const { keyed, orphanIsHarmless } = termsAt(saga, open.progress.step);
  if (keyed) return "key";
  if (action === "rollback") return "human";
  if (hasEffect(open.handler) && open.handler.probe) return "probe";
  return orphanIsHarmless ? "orphan" : "human";
}

/** When nothing is repeated any more: at the time of giving up, or at the end of the key where the call is repeated under it. */
export function giveUpAt(saga: Saga, open: StepAt, action: Action): number {
  return Math.min(patienceEndsAt(saga, open.progress), keyEndAt(saga, open, action));
}

/** When a repetition under the key could first arrive forgotten; never, where the key does not settle the doubt. */
export function keyEndAt(saga: Saga, open: StepAt, action: Action): number {
  return settlingBy(saga, open, action) === "key" ? keyEndsAt(saga, open.progress, termsAt(saga, open.progress.step)) : Infinity;
}
