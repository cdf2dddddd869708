import { rejected } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { runWithEachFault } from "../testing/run-with-faults.ts";
import { routingSlipExample, routingSlipScenario, tracking_number } from "./scenario.ts";

const { definition, input } = routingSlipScenario;

describe("a routing slip", () => {
  it("executes its items in order", async () => {
    await given(definition, { input }).expect({ state: "COMPLETED", calls: ["slot-1/run", "slot-2/run", "slot-3/run"] });
  });

  it("compensates what was executed when a later item faults", async () => {
    await given(definition, { input })
      .when("slot-2", rejected("no such filter"))
      .expect({ state: "CANCELLED", rolledBack: ["slot-1"], standing: [] });
  });

  it("is refused with more items than it has slots", () => {
    const items = Array.from({ length: 4 }, () => input.items[0]);
    const validated = definition.input["~standard"].validate({ ...input, items });
    expect(validated).toHaveProperty("issues");
  });

  it("ends right in every run with one fault", async () => {
    const { counterexample, isWhole } = await explore({ definition, input, policy: explorationPolicy }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("leaves all or nothing at its services, whichever call is refused or loses its reply, and calls nobody for an empty slot", async () => {
    const all = [`activities/download-image/${tracking_number}-1 put`, `activities/filter-image/${tracking_number}-2 put`];
    expect(await runWithEachFault(routingSlipExample)).toEqual({ all, wrong: [], needHuman: [] });
  });
});
