import { type Scenario, sampleDefinitions } from "saga-core/testing";
import { onRestate } from "./restate-life.ts";

/** The sample definitions. What another version changes is Restate's to decide: running sagas finish where they began. */
export const exploredOnRestate: ReadonlyMap<string, Scenario> = new Map(
  [...sampleDefinitions]
    .filter(([, { next }]) => !next)
    .map(([name, scenario]): [string, Scenario] => [name, { ...scenario, engine: onRestate }]),
);
