import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import type { Scenario } from "./scenario.ts";
import { explorationPolicy as policy } from "./simulated-limits.ts";

const HOUR_MS = 3_600_000;

type Kinds = readonly StepScript["kind"][];

const order: Kinds = ["compensatable", "compensatable", "pivot"];
const whole: Kinds = ["compensatable", "pivot", "retriable"];
const withoutPivot: Kinds = ["compensatable", "compensatable"];

function scenario(kinds: Kinds, common: Partial<StepScript>): Scenario {
  const scripts = kinds.map((kind, index) => ({ step: `step-${"abcdef"[index]}`, kind, ...common }));
  return { definition: new ScriptedController(scripts, new ScriptedWorld()), input: {}, policy };
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

/** Yes, another yes and no: each may come at any instant. */
const signals = { yes: { paid: 1 }, anotherYes: { paid: 2 }, no: { no: "no money" } };

/** A chain in which one step waits for a signal, for two hours where no other time is given. */
function waiting(steps: readonly (Partial<StepScript> & Pick<StepScript, "kind">)[]): Scenario {
  const scripts = steps.map((script, index) => ({
    step: `step-${"abcdef"[index]}`,
    ...script,
    ...(script.wait && { wait: { waitMs: 2 * HOUR_MS, ...script.wait } }),
  }));
  const waits = scripts.filter(({ wait }) => wait && !wait.isTimer).map(({ step }) => step);
  return {
    definition: new ScriptedController(scripts, new ScriptedWorld()),
    input: {},
    policy,
    results: Object.fromEntries(waits.map((step) => [step, { paid: 1 }])),
    signals: Object.fromEntries(waits.map((step) => [step, signals])),
  };
}

const compensatable = { kind: "compensatable" } as const;
const pivot = { kind: "pivot" } as const;
const retriable = { kind: "retriable" } as const;
const turnsBack = { onTimeout: "turn-back" } as const;
const goesOn = { onTimeout: "go-on", byDefault: { paid: 0 } } as const;
const asks = { onTimeout: "ask" } as const;

/** It waits twice, and the signal for the second wait may come at the first one. */
const waitingTwice: Scenario = {
  ...waiting([{ kind: "lasting", wait: turnsBack }, pivot, { kind: "retriable", wait: asks }]),
  signals: { "step-a": { yes: { paid: 1 } }, "step-c": { yes: { paid: 1 } } },
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
  policy,
};

/** Its participant keeps no keys, and gives the ids of what was undone out again. */
const reusing: Scenario = {
  ...scenario(["compensatable", "pivot"], { keyed: false, rollbackIsRepeatable: true, rollbackId: "id" }),
  results: { "step-a": { id: 7 } },
};

/** Its first step, or its last, has more or less patience than its saga, whose clock counts anew after it. */
const patient: Scenario = {
  definition: new ScriptedController(
    [
      { step: "step-a", kind: "compensatable", patience: { attemptsMax: 8, backoffMsBase: HOUR_MS, deadlineMs: 2 * HOUR_MS } },
      { step: "step-b", kind: "compensatable", keyed: false },
      { step: "step-c", kind: "pivot", patience: { attemptsMax: 1, deadlineMs: HOUR_MS / 6, giveUpMs: HOUR_MS } },
      { step: "step-d", kind: "retriable", patience: { giveUpMs: 30 * HOUR_MS } },
    ],
    new ScriptedWorld(),
  ),
  input: {},
  policy,
};

const next = new ScriptedController(
  [
    { step: "step-z", kind: "compensatable" },
    { step: "step-a", kind: "pivot" },
  ],
  new ScriptedWorld(),
  {},
  { version: 2 },
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
  ["patient", patient],
  ["going on", scenario(order, { refusedRollback: "go-on" })],
  ["going on unkeyed", scenario(withoutPivot, { refusedRollback: "go-on", keyed: false })],
  ["lasting", scenario(["compensatable", "lasting", "compensatable"], {})],
  ["lasting unkeyed", scenario(["compensatable", "lasting", "pivot"], { keyed: false })],
  ["lasting at the end", scenario(["compensatable", "lasting"], { keyed: false, probes: true })],
  ["harmless", scenario(order, { keyed: false, orphanIsHarmless: true })],
  // The deadline of a saga is recorded while a call is under way, whose key its participant keeps for little longer than it may take to arrive.
  [
    "slow and forgetful",
    scenario(["compensatable", "pivot"], {
      arrivesWithinMs: (5 / 6) * HOUR_MS,
      callTimeoutMs: (3 / 4) * HOUR_MS,
      keyRetentionMs: (7 / 6) * HOUR_MS,
    }),
  ],
  // The deadline of a saga passes while a call of it has time left.
  ["slow", scenario(["compensatable", "pivot"], { arrivesWithinMs: 2 * HOUR_MS, callTimeoutMs: (3 / 4) * HOUR_MS })],
]);

/** Small definitions in which a step waits, by name. */
export const waitingDefinitions: ReadonlyMap<string, Scenario> = new Map([
  ["waiting", waiting([compensatable, { kind: "lasting", wait: turnsBack }, pivot])],
  ["waiting for what is paid back", waiting([compensatable, { kind: "compensatable", wait: turnsBack }, pivot])],
  ["waiting at its pivot", waiting([compensatable, { kind: "pivot", wait: turnsBack }, retriable])],
  ["waiting after its pivot", waiting([compensatable, pivot, { kind: "retriable", wait: asks }, retriable])],
  ["waiting or going on", waiting([compensatable, { kind: "lasting", wait: goesOn }, compensatable, pivot])],
  [
    "waiting unkeyed",
    waiting([
      { ...compensatable, keyed: false },
      { kind: "pivot", wait: asks },
    ]),
  ],
  ["waiting twice", waitingTwice],
  ["with a timer", waiting([compensatable, { kind: "lasting", wait: { isTimer: true } }, pivot])],
]);

/** A signal that comes by what its sender knows of the saga: from its input, or from what a step gives. */
function correlated(input: { readonly ref?: string }, given: { readonly ref?: string }): Scenario {
  const wait = { ...turnsBack, correlation: "ref" };
  const giving = given.ref === undefined ? {} : { rollbackId: "ref" };
  const { results, signals: _all, ...scenario } = waiting([{ ...compensatable, ...giving }, { kind: "lasting", wait }, pivot]);
  const sent = { "step-b": { yes: { paid: 1 }, no: { no: "no money" } } };
  return { ...scenario, input, results: { ...results, "step-a": given }, signals: sent, correlations: { "step-b": "A-1" } };
}

/** Small definitions in which a step waits for signals that come by a correlation, by name. */
export const correlatedDefinitions: ReadonlyMap<string, Scenario> = new Map([
  ["waiting by its input", correlated({ ref: "A-1" }, {})],
  ["waiting by what a step gave", correlated({}, { ref: "A-1" })],
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
