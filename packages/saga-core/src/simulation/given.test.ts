import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import type { Schema } from "../definition/schema.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
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

  it("prints no secret member of the data", async () => {
    const steps = [{ step: "paid", kind: "pivot", wait: {} }] as const;
    const secret = new ScriptedController(steps, new ScriptedWorld(), {}, { secret: ["pin"] });
    const wrong = given(secret, { input: {}, signals: { paid: { yes: { pin: "canary-pin" } } } }).expect({
      data: { pin: "other" },
    });
    await expect(wrong).rejects.toThrow(/data is {"pin":"•••"}, and {"pin":"•••"} was expected/);
  });

  it("names the existing steps if it is given an unknown one", () => {
    expect(() => saga().when("ship", done())).toThrow('scripted has no step "ship"; it has order, stock, pay.');
  });
});

describe("a test of a saga that is given too much", () => {
  it("uses no policy that was meant for an exploration", async () => {
    const forExplore = { input: {}, policy: { attemptsMax: 1 } };
    await given(definition, forExplore).when("order", unavailable("away"), unavailable("away")).expect({ status: "completed" });
  });

  it("is refused where a result or a signal is for a step that is not there", async () => {
    const message = 'scripted has no step "oder"; it has order, stock, pay.';
    await expect(given(definition, { input: {}, results: { oder: {} } }).expect({})).rejects.toThrow(message);
    await expect(given(definition, { input: {}, signals: { oder: {} } }).expect({})).rejects.toThrow(message);
  });
});

describe("a test of a saga that waits", () => {
  const waiting = new ScriptedController(
    [
      { step: "order", kind: "compensatable" },
      { step: "paid", kind: "pivot", wait: { waitMs: 86_400_000, onTimeout: "turn-back" } },
    ],
    new ScriptedWorld(),
  );

  it("gives it the result of its wait as a signal, or the signal that it is given", async () => {
    await given(waiting, { input: {}, results: { paid: { by: "ada" } } }).expect({ status: "completed", data: { by: "ada" } });
    const signals = { paid: { no: { no: "no funds" } } };
    await given(waiting, { input: {}, signals }).expect({ status: "cancelled", rolledBack: ["order"] });
  });

  it("lets the time of its wait pass if no signal comes", async () => {
    await given(waiting, { input: {}, signals: { paid: {} } }).expect({ status: "cancelled", rolledBack: ["order"] });
  });
});

describe("a test of a saga whose definition takes a context", () => {
  const tenant: Schema<string | undefined> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => (typeof value === "string" ? { value } : { issues: [{ message: "must be a text" }] }),
    },
  };
  const ofTenants = new ScriptedController(
    [
      { step: "order", kind: "compensatable" },
      { step: "paid", kind: "pivot", wait: { waitMs: 86_400_000, onTimeout: "turn-back" } },
    ],
    new ScriptedWorld(),
    {},
    { context: { tenant } },
  );

  it("starts it and signals it for its tenant", async () => {
    const context = { tenant: "acme" };
    await given(ofTenants, { input: {}, context, results: { paid: { paid: 1 } } }).expect({ status: "completed" });
  });

  it("is refused as a start is if the context is not given", async () => {
    await expect(given(ofTenants, { input: {} }).expect({})).rejects.toThrow("/context/tenant must be a text");
  });
});
