import type { Controller } from "../definition/controller.ts";
import type { Saga } from "./saga.ts";
import { openWait } from "./waits.ts";

/** What a saga that has not ended is at. Each such saga has one: the first of these that holds. */
export type OpenPhaseName = "needs_intervention" | "in_doubt" | "waiting" | "undoing" | "settling" | "forward";

/** All of them, in the order in which people look at them. */
export const openPhaseNames: readonly OpenPhaseName[] = [
  "needs_intervention",
  "in_doubt",
  "waiting",
  "undoing",
  "settling",
  "forward",
];

/** What a saga is busy with, and since when. */
export interface OpenPhase {
  readonly name: OpenPhaseName;
  /** In milliseconds since the epoch; where the saga does not say it, when it changed last. */
  readonly since: number;
}

/** Undefined: the saga has ended. */
export function openPhaseOf({
  saga,
  controller,
}: {
  readonly saga: Saga;
  readonly controller: Controller;
}): OpenPhase | undefined {
  const { phase, updatedAt: since } = saga;
  switch (phase.name) {
    case "completed":
    case "cancelled":
      return undefined;
    case "needs-intervention":
      return { name: "needs_intervention", since };
    case "forward":
    case "settling":
    case "undoing": {
      const inDoubtSince = inDoubtSinceOf(saga);
      if (inDoubtSince !== undefined) return { name: "in_doubt", since: inDoubtSince };
      const wait = openWait(controller, saga)?.progress;
      if (wait) return { name: "waiting", since: wait.waitingSince ?? since };
      return { name: phase.name, since: phase.name === "forward" ? saga.createdAt : since };
    }
  }
}

/** Since when a call of the saga may have had an effect that is not known; undefined: nothing is in doubt. */
export function inDoubtSinceOf({ steps }: Saga): number | undefined {
  let first: number | undefined;
  for (const { inDoubtSince } of steps)
    if (inDoubtSince !== undefined && (first === undefined || inDoubtSince < first)) first = inDoubtSince;
  return first;
}
