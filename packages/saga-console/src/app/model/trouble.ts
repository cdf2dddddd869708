import type { Saga } from "../api/replies.ts";

/** What is the matter with a saga that has not ended, the worst first. */
export const troubles = ["needs-human", "in-doubt", "undoing", "retrying", "waiting"] as const;

export type Trouble = (typeof troubles)[number];

/** All that is the matter with a saga: one that needs a human may be in doubt too. */
export function troublesOf({ status, direction, steps }: Saga): readonly Trouble[] {
  if (status !== "running" && status !== "needs_intervention") return [];
  const isInDoubt = steps.some(
    ({ status: step, last_error: error }) => step === "unknown" || (isOpen(step) && error?.outcome === "unknown"),
  );
  const isRetrying = steps.some(({ next_attempt_at: next, last_error: error }) => next !== undefined && error !== undefined);
  const found: readonly (Trouble | false)[] = [
    status === "needs_intervention" && "needs-human",
    isInDoubt && "in-doubt",
    status === "running" && direction === "compensating" && "undoing",
    status === "running" && isRetrying && "retrying",
    status === "running" && steps.some(({ waits }) => waits !== undefined) && "waiting",
  ];
  return found.filter((each) => each !== false);
}

function isOpen(step: string): boolean {
  return step === "running" || step === "undoing";
}

/** When the trouble of a saga began, as far as the API says it: its last change. */
export function sinceOf({ updated_at: changed, created_at: created, status }: Saga): number {
  return Date.parse(status === "needs_intervention" ? changed : created);
}
