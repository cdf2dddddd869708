import { openPhaseNames } from "saga-core/engine";
import { describe, expect, it } from "vitest";
import { countsOf, phases } from "./phases.ts";

describe("the counts of open sagas", () => {
  it("add up the definitions, with the oldest of them all, and have a line where there is none", () => {
    const open = [
      { definition: "order", phase: "in_doubt", count: 2, oldest_since: "2026-11-23T12:00:00.000Z" },
      { definition: "refund", phase: "in_doubt", count: 3, oldest_since: "2026-11-23T11:00:00.000Z" },
    ];
    const counts = countsOf(open);
    expect(counts.map(({ phase }) => phase)).toEqual(phases);
    expect(counts[1]).toEqual({ phase: "in_doubt", count: 5, oldestSince: Date.parse("2026-11-23T11:00:00.000Z") });
    expect(counts[0]).toEqual({ phase: "needs_intervention", count: 0, oldestSince: undefined });
  });

  it("have the phases that a later release adds, at their end", () => {
    expect(countsOf([{ definition: "order", phase: "dreaming", count: 1 }]).at(-1)).toMatchObject({
      phase: "dreaming",
      count: 1,
    });
  });

  it("know every phase that the engine has", () => {
    expect(phases).toEqual(expect.arrayContaining([...openPhaseNames]));
  });
});
