import { type Scenario, sampleDefinitions } from "saga-core/testing";
import { onRestate } from "./restate-life.ts";

/**
 * The sample definitions. What another version changes is Restate's to decide: running sagas finish where they began. No timer of a saga rings
 * here while a call is under way, so the one whose calls outlast its deadline adds nothing.
 */
export const exploredOnRestate: ReadonlyMap<string, Scenario> = new Map(
  [...sampleDefinitions]
    .filter(([name, { next }]) => !next && name !== "slow")
    .map(([name, scenario]): [string, Scenario] => [name, { ...scenario, engine: onRestate }]),
);
