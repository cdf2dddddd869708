import type { OpenCount } from "../api/overview-reply.ts";
import type { SagaFilter } from "./saga-filter.ts";

/** How many sagas fit a filter, where the counts of the open sagas say it; undefined: they do not. */
export function knownCount({ api }: SagaFilter, open: readonly OpenCount[]): number | undefined {
  const { definition, phase, status, ...others } = api;
  if (Object.keys(others).length > 0) return undefined;
  const isHuman = (name: string) => name === "needs_intervention";
  const fits = fitOf(phase, status);
  if (fits === undefined) return undefined;
  return open
    .filter((each) => (definition === undefined || each.definition === definition) && fits(each.phase, isHuman(each.phase)))
    .reduce((sum, { count }) => sum + count, 0);
}

type Fit = (phase: string, isHuman: boolean) => boolean;

function fitOf(phase: string | undefined, status: string | undefined): Fit | undefined {
  switch (status) {
    case undefined:
      return phase === undefined ? undefined : (name) => name === phase;
    case "running":
      return (name, isHuman) => !isHuman && (phase === undefined || name === phase);
    case "needs_intervention":
      return (name, isHuman) => isHuman && (phase === undefined || name === phase);
    default:
      // Those that have ended are not counted.
      return undefined;
  }
}
