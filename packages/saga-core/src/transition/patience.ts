import type { StepPatience } from "../definition/patience.ts";
import type { Policy } from "../definition/policy.ts";
import type { Saga } from "./saga.ts";

/** The policy for one step: its own patience where it has some, else that of its saga. */
export function patienceOf(saga: Saga, step: string): Policy {
  return { ...saga.policy, ...ownPatienceOf(saga, step) };
}

/** A step's own patience, as its saga recorded it at its start; undefined if it has none. */
export function ownPatienceOf({ terms }: Pick<Saga, "terms">, step: string): StepPatience | undefined {
  return terms.find((each) => each.step === step)?.patience;
}

/**
 * The saga when an action of a step comes to its end, be it by a turn. After a deadline of its own, the saga's deadline and its time of giving
 * up count anew; after a time of giving up of its own, only the latter does. Otherwise what follows could be given up before it is tried.
 */
export function withClockAfter(saga: Saga, step: string): Saga {
  const { deadlineMs, giveUpMs } = ownPatienceOf(saga, step) ?? {};
  if (deadlineMs !== undefined) return { ...saga, clockFrom: saga.updatedAt };
  return giveUpMs === undefined ? saga : { ...saga, patienceFrom: saga.updatedAt };
}
