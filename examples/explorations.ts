import { explorationPolicy, type Scenario } from "saga-core/testing";
import { captureScenario } from "./capture/scenario.ts";
import { openAccountScenario } from "./open-account/scenario.ts";
import { routingSlipScenario } from "./routing-slip/scenario.ts";
import { tripScenario } from "./trip/scenario.ts";
import { checkoutScenario } from "./widget-store/scenario.ts";

/** An example to explore. */
export interface ExploredExample {
  readonly name: string;
  readonly scenario: Scenario;
}

/** Every example, with few attempts and long waits, so that a run is short and meets every limit. */
export const exampleExplorations: readonly ExploredExample[] = [
  { name: "open account", scenario: { ...openAccountScenario, policy: explorationPolicy } },
  { name: "trip", scenario: { ...tripScenario, policy: explorationPolicy } },
  { name: "widget store", scenario: { ...checkoutScenario, policy: explorationPolicy } },
  { name: "capture", scenario: { ...captureScenario, policy: explorationPolicy } },
  { name: "routing slip", scenario: { ...routingSlipScenario, policy: explorationPolicy } },
];
