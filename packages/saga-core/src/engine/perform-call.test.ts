import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { controllerOf, decide, sampleSteps } from "../testing/sample-events.ts";
import { ScriptedController, ScriptedWorld } from "../testing/scripted-saga.ts";
import { callEndOf, performCall } from "./perform-call.ts";

describe("performCall", () => {
  const { saga } = decide(controllerOf());

  it("sends the same key at every attempt, and another key for the rollback", async () => {
    const world = new ScriptedWorld();
    const controller = new ScriptedController(sampleSteps, world);
    for (const attempt of [1, 2]) await performCall(controller, saga, { type: "run", step: "order", attempt, after: 1 });
    await performCall(controller, saga, { type: "rollback", step: "order", attempt: 1, after: 1 });
    expect(world.attempts.map(({ key }) => key)).toEqual(["s/order/run", "s/order/run", "s/order/rollback"]);
  });

  it("reads a thrown error as unknown", async () => {
    const controller = new ScriptedController(sampleSteps, new ScriptedWorld({ "order/run": ["thrown"] }));
    const outcome = await performCall(controller, saga, { type: "run", step: "order", attempt: 1, after: 1 });
    expect(outcome).toMatchObject({ outcome: "unknown", reason: expect.stringContaining("scripted") });
  });

  it("passes the saga's trace on", async () => {
    const world = new ScriptedWorld();
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    const call = { type: "run", step: "order", attempt: 1, after: 1 } as const;
    await performCall(new ScriptedController(sampleSteps, world), { ...saga, trace }, call);
    expect(world.attempts).toEqual([{ key: "s/order/run", trace }]);
  });
});

describe("callEndOf", () => {
  it.for([
    ["done", done({}), "answered"],
    ["rejected", rejected("no"), "answered"],
    ["unavailable", unavailable("away"), "unanswered"],
    ["unknown", unknown("lost"), "unanswered"],
    ["unknown because a key was misused", unknown("misused", { defect: true }), "answered"],
  ] as const)("reads an outcome that is %s as %s", ([, outcome, end]) => {
    expect(callEndOf(outcome)).toBe(end);
  });
});
