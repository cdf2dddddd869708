import type { OpenCount } from "../api/overview-reply.ts";

/** What an open saga is at, in the API's words, the worst first. A word that is not here is shown after them. */
export const phases = ["needs_intervention", "in_doubt", "undoing", "settling", "retrying", "waiting", "forward"] as const;

/** The mark that stands for a phase. */
export function markOfPhase(phase: string): string {
  const marks: Readonly<Record<string, string>> = {
    needs_intervention: "needs_intervention",
    in_doubt: "unknown",
    undoing: "undoing",
    settling: "undoing",
    retrying: "unavailable",
    waiting: "waiting",
    forward: "running",
  };
  return marks[phase] ?? phase;
}

/** The sagas of all definitions that are at something. */
export interface PhaseCount {
  readonly phase: string;
  readonly count: number;
  /** Since when the oldest of them is there, in epoch milliseconds; undefined: there is none, or nobody knows. */
  readonly oldestSince: number | undefined;
}

/** One for each phase, also where no saga is at it, and one for each further phase that has some. */
export function countsOf(open: readonly OpenCount[]): readonly PhaseCount[] {
  const names = new Set<string>([...phases, ...open.map(({ phase }) => phase)]);
  return [...names].map((phase) => {
    const own = open.filter((each) => each.phase === phase);
    const since = own.flatMap(({ oldest_since: oldest }) => (oldest === undefined ? [] : [Date.parse(oldest)]));
    return {
      phase,
      count: own.reduce((sum, { count }) => sum + count, 0),
      oldestSince: since.length === 0 ? undefined : Math.min(...since),
    };
  });
}
