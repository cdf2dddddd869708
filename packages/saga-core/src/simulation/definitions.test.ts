import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StepPatience } from "../definition/patience.ts";
import { ScriptedController, type StepScript, type WaitScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { drawCounterexample } from "./counterexample.ts";
import { explore } from "./explore.ts";
import type { Scenario } from "./scenario.ts";
import { explorationPolicy } from "./simulated-limits.ts";

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

/** Sometimes a step has patience of its own: without a deadline where it stands after the pivot. */
function patienceAt(kinds: readonly StepScript["kind"][], index: number): fc.Arbitrary<StepPatience> {
  const isAfterPivot = kinds.slice(0, index).includes("pivot");
  const before = [{}, {}, { deadlineMs: 3 * HOUR_MS, attemptsMax: 3 }, { deadlineMs: HOUR_MS / 10 }];
  return fc.constantFrom<StepPatience>(...(isAfterPivot ? [] : before), {}, { giveUpMs: 2 * HOUR_MS });
}

/** The same chain, perhaps with a lasting step at some place before the pivot. */
const withLasting = (kinds: readonly StepScript["kind"][]) => {
  const pivot = kinds.indexOf("pivot");
  const places = fc.array(fc.nat({ max: pivot < 0 ? kinds.length : pivot }), { maxLength: 1 });
  return places.map(([place]) => (place === undefined ? kinds : kinds.toSpliced(place, 0, "lasting")));
};

/** Chains of one to eight steps that call, of every kind, with participants of every kind. */
const calling = kindsOf
  .chain(withLasting)
  .chain(withReads)
  .chain((kinds) =>
    fc.tuple(
      ...kinds.map((kind, index) =>
        fc.record({
          step: fc.constant(`step-${"abcdefgh"[index]}`),
          kind: fc.constant(kind),
          keyed: fc.boolean(),
          rollbackIsRepeatable: fc.boolean(),
          refusedRollback: fc.constantFrom("stop", "go-on"),
          orphanIsHarmless: fc.boolean(),
          probes: fc.boolean(),
          // The member that the results below give.
          rollbackId: fc.constant("abcdefgh"[index] ?? ""),
          keyRetentionMs: fc.constantFrom(HOUR_MS, 48 * HOUR_MS),
          arrivesWithinMs: fc.constantFrom(60_000, HOUR_MS / 2),
          patience: patienceAt(kinds, index),
        }),
      ),
    ),
  );

/** The same chain, in half of which one step waits: for a signal or an instant, with every way to end without one. */
const definitions = calling.chain((steps) =>
  fc
    .option(
      fc.record({
        at: fc.nat({ max: steps.length - 1 }),
        isLasting: fc.boolean(),
        isTimer: fc.boolean(),
        onTimeout: fc.constantFrom("turn-back" as const, "go-on" as const, "ask" as const),
      }),
      { freq: 1 },
    )
    .map((wait) => (wait ? steps.map((step, index) => (index === wait.at ? waiting(step, index, wait) : step)) : steps)),
);

function waiting(step: StepScript, index: number, { isLasting, isTimer, onTimeout }: WaitChoice): StepScript {
  if (step.kind === "read") return step;
  const kind = step.kind === "compensatable" && isLasting ? "lasting" : step.kind;
  const ends = kind === "retriable" && onTimeout === "turn-back" ? "ask" : onTimeout;
  const byDefault = { ["abcdefgh"[index] ?? ""]: 0 };
  const { rollbackId: _given, ...rest } = step;
  return { ...rest, kind, wait: { isTimer, waitMs: 2 * HOUR_MS, byDefault, onTimeout: isTimer ? "go-on" : ends } };
}

interface WaitChoice extends Required<Pick<WaitScript, "isTimer" | "onTimeout">> {
  readonly isLasting: boolean;
}

/** Every read gives something else the second time, and every step that waits may be signalled. */
function scenarioOf(scripts: readonly StepScript[]): Scenario {
  const steps = scripts.map(({ step }) => step);
  const results = (read: number) => Object.fromEntries(steps.map((step) => [step, { [step.slice("step-".length)]: read }]));
  const [first, later] = [results(1), results(2)];
  const signals = Object.fromEntries(
    steps.map((step) => [step, { yes: first[step] ?? {}, anotherYes: later[step] ?? {}, no: { no: "no" } }]),
  );
  const definition = new ScriptedController(scripts, new ScriptedWorld());
  return { definition, input: {}, results: first, laterResults: later, signals, policy: explorationPolicy };
}

describe("a definition of one to eight steps", () => {
  it("ends right in every run with one fault, for all kinds of steps and participants", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const { counterexample } = await explore(scenarioOf(steps), { faults: 1 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("counts an attempt once that returns after its deadline: a read with more attempts than its saga", async () => {
    const patience = { deadlineMs: 3 * 3_600_000, attemptsMax: 3 };
    const steps = [
      { step: "step-a", kind: "read", keyed: false, patience },
      { step: "step-b", kind: "compensatable", keyed: false },
    ] as const;
    const { counterexample } = await explore(scenarioOf(steps), { faults: 2 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
  });

  it("ends right in the first 400 runs with two faults", async () => {
    const property = fc.asyncProperty(definitions, async (steps) => {
      const { counterexample } = await explore(scenarioOf(steps), { faults: 2, runsMax: 400 });
      expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 12 });
  });
});
