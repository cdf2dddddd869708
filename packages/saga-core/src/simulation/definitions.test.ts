import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScriptedController, ScriptedWorld, type StepScript } from "../testing/scripted-saga.ts";
import { drawCounterexample } from "./counterexample.ts";
import { explore } from "./explore.ts";

const HOUR_MS = 3_600_000;

const kindsOf = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.integer({ min: 0, max: 2 }))
  .filter(([compensatable, hasPivot]) => compensatable > 0 || hasPivot)
  .map(([compensatable, hasPivot, retriable]): readonly StepScript["kind"][] => [
    ...Array.from({ length: compensatable }, () => "compensatable" as const),
    ...(hasPivot ? ["pivot" as const, ...Array.from({ length: retriable }, () => "retriable" as const)] : []),
  ]);

/** The same chain, perhaps with a read at some place, but not at the end of one without a pivot. */
const withReads = (kinds: readonly StepScript["kind"][]) =>
  fc.array(fc.nat({ max: kinds.length - (kinds.includes("pivot") ? 0 : 1) }), { maxLength: 1 }).map((places) => {
    return places.toSorted((one, other) => other - one).reduce((all, place) => all.toSpliced(place, 0, "read"), kinds);
  });

/** Chains of one to seven steps of every kind, with participants of every kind. */
const definitions = kindsOf.chain(withReads).chain((kinds) =>
  fc.tuple(
    ...kinds.map((kind, index) =>
      fc.record({
        step: fc.constant(`step-${"abcdefg"[index]}`),
        kind: fc.constant(kind),
        keyed: fc.boolean(),
        rollbackIsRepeatable: fc.boolean(),
        orphanIsHarmless: fc.boolean(),
        probes: fc.boolean(),
        // The member that the results below give.
        rollbackId: fc.constant("abcdefg"[index] ?? ""),
        keyRetentionMs: fc.constantFrom(HOUR_MS, 48 * HOUR_MS),
        arrivesWithinMs: fc.constantFrom(60_000, HOUR_MS / 2),
      }),
    ),
  ),
);

/** Every read gives something else the second time. */
const results = (read: number) => Object.fromEntries([..."abcdefg"].map((letter) => [`step-${letter}`, { [letter]: read }]));

describe("a definition of one to seven steps", () => {
  const reads = { results: results(1), laterResults: results(2) };

  it("ends right in every run with one fault, for all kinds of steps and participants", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const definition = new ScriptedController(steps, new ScriptedWorld());
      const { counterexample } = await explore({ definition, input: {}, ...reads }, { faults: 1 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("ends right in the first 400 runs with two faults", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const definition = new ScriptedController(steps, new ScriptedWorld());
      const { counterexample } = await explore({ definition, input: {}, ...reads }, { faults: 2, runsMax: 400 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 12 });
  });
});
