import type { StepProgress } from "./saga.ts";

/** The instants of a doubt, in milliseconds since the epoch. */
export type Doubt = Pick<StepProgress, "inDoubtSince" | "firstInDoubtAt">;

/** An attempt that was sent by `at` is in doubt, perhaps after others: the first doubt stays known. */
export function doubtedAt({ inDoubtSince, firstInDoubtAt = inDoubtSince }: StepProgress, at: number): Doubt {
  return { inDoubtSince: at, firstInDoubtAt: firstInDoubtAt ?? at };
}

/** The same doubt, for the progress that follows on this one. */
export function stillInDoubt({ inDoubtSince, firstInDoubtAt = inDoubtSince }: StepProgress): Doubt {
  if (inDoubtSince === undefined) return {};
  return { inDoubtSince, ...(firstInDoubtAt !== undefined && { firstInDoubtAt }) };
}
