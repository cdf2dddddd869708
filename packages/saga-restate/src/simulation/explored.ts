import { type Scenario, sampleDefinitions } from "saga-core/testing";
import { onRestate } from "./restate-life.ts";

/** What another version changes is Restate's to decide: running sagas finish where they began. */
const definitions = [...sampleDefinitions].filter(([, { next }]) => !next);

/** The sample definitions, each begun by a process that makes the first call without a fence, and by one that makes it after one. */
export const exploredOnRestate: ReadonlyMap<string, Scenario> = new Map(
  [true, false].flatMap((isFirstCallGranted) =>
    definitions.map(([name, scenario]): [string, Scenario] => [
      `${name}${isFirstCallGranted ? "" : ", after a fence"}`,
      { ...scenario, engine: onRestate({ isFirstCallGranted }) },
    ]),
  ),
);
