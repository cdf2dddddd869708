import { describe, expect, it } from "vitest";
import { unavailable, unknown } from "../definition/outcome.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { drawCounterexample } from "./counterexample.ts";
import { explore } from "./explore.ts";
import { given } from "./given.ts";
import { explorationPolicy } from "./simulated-limits.ts";

const order: StepScript = { step: "order", kind: "compensatable" };
const definitionOf = (step: Partial<StepScript> = {}) => new ScriptedController([{ ...order, ...step }], new ScriptedWorld());
const away = (attempts: number) => Array.from({ length: attempts }, () => unavailable("away"));

describe("a definition that is simulated", () => {
  it("has as many attempts as its own policy says", async () => {
    const saga = given(definitionOf(), { input: {} });
    await saga.when("order", ...away(7)).expect({ status: "completed" });
    await saga.when("order", ...away(8)).expect({ status: "cancelled", calls: away(8).map(() => "order/run") });
  });

  it("is explored with its own policy, and the result says which times were made to measure for it", async () => {
    const { counterexample, isWhole, scaled } = await explore({ definition: definitionOf(), input: {} }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect([isWhole, scaled]).toEqual([
      true,
      ["participants down for 12 s", "circuits open for 25 ms to 50 ms, after one failure", "jumps of the clock by 1 h and 25 h"],
    ]);
  });

  it("is explored with the policy that its scenario names, and the result says so", async () => {
    const { scaled } = await explore({ definition: definitionOf(), input: {}, policy: explorationPolicy }, { faults: 0 });
    expect(scaled.slice(0, 2)).toEqual(["attemptsMax 2 instead of 8", "backoffMsBase 600000 instead of 50"]);
  });

  it("has more backoff where a probe would be repeated hundreds of times, and the result says so", async () => {
    const probing = { keyed: false, probes: true, patience: { backoffMsMax: 1_000 } };
    const definition = definitionOf(probing);
    await given(definition, { input: {} }).when("order", unknown("no answer")).expect({ status: "cancelled" });
    const { scaled } = await explore({ definition, input: {} }, { faults: 0 });
    expect(scaled.filter((text) => text.includes("backoff"))).toEqual([
      "backoffMsMax 30000 instead of 2000",
      "backoffMsMax 30000 instead of 1000 at order",
    ]);
  });
});
