import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { ScriptedController, ScriptedWorld } from "../testing/scripted-saga.ts";
import { given, NotAsExpected } from "./given.ts";

const definition = new ScriptedController(
  [
    { step: "order", kind: "compensatable" },
    { step: "stock", kind: "compensatable" },
    { step: "pay", kind: "pivot" },
  ],
  new ScriptedWorld(),
);

const saga = () => given(definition, { input: {} });

describe("a test of a saga", () => {
  it("passes if the saga ends as expected without a fault", async () => {
    const calls = ["order/run", "stock/run", "pay/run"];
    await saga().expect({ status: "completed", calls, standing: ["order", "stock", "pay"], rolledBack: [] });
  });

  it("passes if the saga ends as expected after a refused step", async () => {
    await saga()
      .when("pay", rejected("no funds"))
      .expect({ status: "cancelled", state: "CANCELLED", rolledBack: ["stock", "order"], standing: [] });
  });

  it("gives the first attempts their outcomes in order, and then the step is done", async () => {
    await saga()
      .when("stock", unknown("no answer"), unavailable("away"), done())
      .whenUndoing("order", unavailable("away"))
      .when("pay", rejected("no funds"))
      .expect({ status: "cancelled", standing: [] });
  });

  it("fails and prints the run if the saga ends in another way", async () => {
    const wrong = saga().when("pay", rejected("no funds")).expect({ status: "completed" });
    await expect(wrong).rejects.toThrow(NotAsExpected);
    await expect(wrong).rejects.toThrow(
      /status is "cancelled", and "completed" was expected[\s\S]+pay\/run is to be answered rejected/,
    );
  });

  it("names the existing steps if it is given an unknown one", () => {
    expect(() => saga().when("ship", done())).toThrow('scripted has no step "ship"; it has order, stock, pay.');
  });
});
