import type { WorldState } from "../../api/index.ts";

/** What the books of an orchestrator come to. */
export type Verdict = "nothing" | "under-way" | "unknown" | "needs-human" | "adds-up" | "differs";

/** An order at rest whose parts do not fit counts at once; that all fit is said when nothing is under way any more. */
export function verdictOf({ differences, ends, is_current: isCurrent }: WorldState, sent: number): Verdict {
  if (sent === 0) return "nothing";
  // With one ledger of before and one of now nothing can be said.
  if (!isCurrent) return "unknown";
  if (differences.length > 0) return "differs";
  if (ends.under_way > 0) return "under-way";
  if (ends.needs_human > 0) return "needs-human";
  return "adds-up";
}
