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

/** Chains of one to six steps of every kind, with participants of every kind. */
const definitions = kindsOf.chain((kinds) =>
  fc.tuple(
    ...kinds.map((kind, index) =>
      fc.record({
        step: fc.constant(`step-${"abcdef"[index]}`),
        kind: fc.constant(kind),
        keyed: fc.boolean(),
        rollbackIsRepeatable: fc.boolean(),
        orphanIsHarmless: fc.boolean(),
        probes: fc.boolean(),
        keyRetentionMs: fc.constantFrom(HOUR_MS, 48 * HOUR_MS),
        arrivesWithinMs: fc.constantFrom(60_000, HOUR_MS / 2),
      }),
    ),
  ),
);

describe("a definition of one to six steps", () => {
  it("ends right in every run with one fault, for all kinds of steps and participants", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const definition = new ScriptedController(steps, new ScriptedWorld());
      const { counterexample } = await explore({ definition, input: {} }, { faults: 1 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("ends right in the first 400 runs with two faults", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const definition = new ScriptedController(steps, new ScriptedWorld());
      const { counterexample } = await explore({ definition, input: {} }, { faults: 2, runsMax: 400 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 12 });
  });
});
