import {
  explorationPolicy,
  type Scenario,
  ScriptedController,
  ScriptedWorld,
  sampleDefinitions,
  waitingDefinitions,
} from "saga-core/testing";
import { onRestate } from "./restate-life.ts";

/**
 * The sample definitions. What another version changes is Restate's to decide: running sagas finish where they began. No timer of a saga rings
 * here while a call is under way, so those whose calls outlast the deadline add nothing.
 */
export const exploredOnRestate: ReadonlyMap<string, Scenario> = onRestateOf(
  new Map([...sampleDefinitions, ["hurried", hurried()]]),
);

/** The deadline of its sagas is sooner than a batch that begins late. */
function hurried(): Scenario {
  const keyed = sampleDefinitions.get("keyed");
  if (!keyed) throw new TypeError("There is no keyed definition.");
  return { ...keyed, policy: { ...explorationPolicy, deadlineMs: 30_000 } };
}

const HOUR_MS = 3_600_000;

/** An earlier step gives the correlation of its wait, which another saga may have claimed before. */
const correlated: Scenario = {
  definition: new ScriptedController(
    [
      { step: "step-a", kind: "compensatable", rollbackIsRepeatable: true, rollbackId: "id" },
      { step: "step-b", kind: "lasting", wait: { waitMs: 2 * HOUR_MS, onTimeout: "turn-back", correlation: "id" } },
      { step: "step-c", kind: "pivot" },
    ],
    new ScriptedWorld(),
  ),
  input: {},
  policy: explorationPolicy,
  results: { "step-a": { id: 7 }, "step-b": { paid: 1 } },
  signals: { "step-b": { yes: { paid: 1 }, no: { no: "no money" } } },
};

/** Those in which a step waits. */
export const waitingOnRestate: ReadonlyMap<string, Scenario> = onRestateOf(
  new Map([...waitingDefinitions, ["waiting by a correlation", correlated]]),
);

function onRestateOf(definitions: ReadonlyMap<string, Scenario>): ReadonlyMap<string, Scenario> {
  return new Map(
    [...definitions]
      .filter(([name, { next }]) => !next && !name.startsWith("slow"))
      .map(([name, scenario]): [string, Scenario] => [name, { ...scenario, engine: onRestate }]),
  );
}
