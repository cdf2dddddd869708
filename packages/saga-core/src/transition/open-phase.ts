import type { Saga } from "./saga.ts";
import { waitingFor } from "./waits.ts";

/** What a saga that has not ended is at. Each such saga has one: the first of these that holds. */
export type OpenPhaseName = "needs_intervention" | "in_doubt" | "undoing" | "settling" | "retrying" | "waiting" | "forward";

/** All of them, in the order in which people look at them. */
export const openPhaseNames: readonly OpenPhaseName[] = [
  "needs_intervention",
  "in_doubt",
  "undoing",
  "settling",
  "retrying",
  "waiting",
  "forward",
];

/** What a saga is busy with, and since when. */
export interface OpenPhase {
  readonly name: OpenPhaseName;
  /** In milliseconds since the epoch; where the saga does not say it, when it changed last. */
  readonly since: number;
}

/** Undefined: the saga has ended. */
export function openPhaseOf({ saga }: { readonly saga: Saga }): OpenPhase | undefined {
  const { phase, steps, createdAt, updatedAt, phaseSince = updatedAt } = saga;
  switch (phase.name) {
    case "completed":
    case "cancelled":
      return undefined;
    case "needs-intervention":
      return { name: "needs_intervention", since: phaseSince };
    case "forward":
    case "settling":
    case "undoing": {
      const doubts = steps.flatMap(({ inDoubtSince, firstInDoubtAt = inDoubtSince }) => firstInDoubtAt ?? []);
      if (doubts.length > 0) return { name: "in_doubt", since: Math.min(...doubts) };
      if (phase.name !== "forward") return { name: phase.name, since: phaseSince };
      // Where an earlier release compacted its failures, only the last one's time is known.
      const failed = steps.find(({ status, lastError }) => status !== "done" && lastError !== undefined);
      if (failed) return { name: "retrying", since: failed.firstFailedAt ?? updatedAt };
      const step = waitingFor(saga);
      if (step === undefined) return { name: "forward", since: createdAt };
      return { name: "waiting", since: steps.find((progress) => progress.step === step)?.waitingSince ?? updatedAt };
    }
  }
}
