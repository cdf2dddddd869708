import { ScriptedController, ScriptedWorld, type StepScript } from "../testing/scripted-saga.ts";
import type { Scenario } from "./scenario.ts";

const HOUR_MS = 3_600_000;

type Kinds = readonly StepScript["kind"][];

const order: Kinds = ["compensatable", "compensatable", "pivot"];
const whole: Kinds = ["compensatable", "pivot", "retriable"];
const withoutPivot: Kinds = ["compensatable", "compensatable"];

function scenario(kinds: Kinds, common: Partial<StepScript>): Scenario {
  const scripts = kinds.map((kind, index) => ({ step: `step-${"abcdef"[index]}`, kind, ...common }));
  return { definition: new ScriptedController(scripts, new ScriptedWorld()), input: {} };
}

/** A read in the middle, at the place that costs least: directly before the pivot. It gives something else the second time. */
function reading(common: Partial<StepScript>): Scenario {
  const read = { results: { "step-b": { read: 1 } }, laterResults: { "step-b": { read: 2 } } };
  return { ...scenario(["compensatable", "read", "pivot"], common), ...read };
}

/** Reads at the first and the last place, where they have no state of a step before them, and where they cannot turn the saga back. */
const readingAround: Scenario = {
  ...scenario(["read", "compensatable", "pivot", "read", "retriable", "read"], {}),
  results: { "step-a": { a: 1 }, "step-d": { d: 1 }, "step-f": { f: 1 } },
  laterResults: { "step-a": { a: 2 }, "step-d": { d: 2 }, "step-f": { f: 2 } },
};

const halfUnkeyed: Scenario = {
  definition: new ScriptedController(
    [
      { step: "step-a", kind: "compensatable", keyed: false },
      { step: "step-b", kind: "compensatable" },
    ],
    new ScriptedWorld(),
  ),
  input: {},
};

/** Its participant keeps no keys, and gives the ids of what was undone out again. */
const reusing: Scenario = {
  ...scenario(["compensatable", "pivot"], { keyed: false, rollbackIsRepeatable: true, rollbackId: "id" }),
  results: { "step-a": { id: 7 } },
};

const next = new ScriptedController(
  [
    { step: "step-z", kind: "compensatable" },
    { step: "step-a", kind: "pivot" },
  ],
  new ScriptedWorld(),
  {},
  2,
);

/** Small definitions that between them have steps and participants of every kind, by name. */
export const sampleDefinitions: ReadonlyMap<string, Scenario> = new Map([
  ["keyed", scenario(order, {})],
  ["unkeyed", scenario(order, { keyed: false })],
  ["forgetful", scenario(order, { keyRetentionMs: HOUR_MS })],
  ["whole", scenario(whole, {})],
  ["whole and forgetful", scenario(whole, { keyRetentionMs: HOUR_MS })],
  ["whole unkeyed", scenario(whole, { keyed: false, rollbackIsRepeatable: true })],
  ["without a pivot", scenario(withoutPivot, {})],
  ["looking", scenario(whole, { keyed: false, probes: true })],
  ["short", scenario(["compensatable", "pivot"], {})],
  [
    "short and forgetful",
    scenario(["compensatable", "compensatable"], { keyRetentionMs: HOUR_MS, arrivesWithinMs: HOUR_MS / 2 }),
  ],
  ["short and half unkeyed", halfUnkeyed],
  ["upgraded", { ...scenario(["compensatable"], {}), next }],
  ["reading", reading({})],
  ["reading unkeyed", reading({ keyed: false })],
  ["reading around", readingAround],
  ["reusing", reusing],
  ["harmless", scenario(order, { keyed: false, orphanIsHarmless: true })],
  // The deadline of a saga passes while a call of it has time left.
  ["slow", scenario(["compensatable", "pivot"], { arrivesWithinMs: 2 * HOUR_MS, callTimeoutMs: (3 / 4) * HOUR_MS })],
]);

/** Definitions that declare wrong terms for their participants. */
export const lyingDefinitions: ReadonlyMap<string, Scenario> = new Map([
  ["its participant keeps no keys", { ...scenario(order, {}), truth: { "step-a": { keyed: false } } }],
  ["its keys are forgotten sooner", { ...scenario(order, {}), truth: { "step-a": { keyRetentionMs: HOUR_MS } } }],
  [
    "its rollback cannot be repeated",
    {
      ...scenario(order, { keyed: false, rollbackIsRepeatable: true }),
      truth: { "step-a": { rollbackIsRepeatable: false } },
    },
  ],
  [
    "its requests take longer to arrive",
    {
      ...scenario(order, { keyed: false, arrivesWithinMs: 1_000, callTimeoutMs: 500 }),
      truth: { "step-a": { arrivesWithinMs: 24 * HOUR_MS } },
    },
  ],
]);
