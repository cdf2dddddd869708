import { describe, expect, it } from "vitest";
import { driveToRest, settleMicrotasks } from "../testing/drive.ts";
import { runToRest, type Setup, setUp } from "../testing/engine-set-up.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { type ChoiceName, consequenceOf, explainChoices } from "./consequences.ts";
import { statusOf } from "./view.ts";

const unkeyed: readonly StepScript[] = [
  { step: "order", kind: "compensatable", keyed: false, arrivesWithinMs: 60_000 },
  { step: "stock", kind: "compensatable", keyed: false, arrivesWithinMs: 60_000 },
  { step: "pay", kind: "pivot", keyed: false, arrivesWithinMs: 60_000 },
];

const doubtful: Setup = { steps: unkeyed, faults: { "stock/run": ["reply-lost"] } };
const patient: Setup = { ...doubtful, policy: { deadlineMs: 120_000 } };

function explained({ controller, saga }: Awaited<ReturnType<typeof runToRest>>, at: number) {
  const entries = explainChoices(controller, saga, at).map(({ name, choice, consequence }) => {
    const calls = consequence?.calls.map(({ step, action }) => `${step}/${action}`).join(" ");
    const follows = consequence && `${calls} -> ${consequence.state}`;
    return [name, choice.allowed ? follows : [choice.reason, follows].filter(Boolean).join(" | ")] as const;
  });
  return Object.fromEntries(entries);
}

describe("the choices for a saga that needs a human", () => {
  it("name the consequence of each choice before it is made", async () => {
    const found = await runToRest(patient);
    const later = found.saga.updatedAt + 60_000;
    expect(explained(found, later)).toEqual({
      cancel: " -> DOING_STOCK",
      retry: expect.stringContaining("could be applied twice"),
      applied: "pay/run -> COMPLETED",
      "not-applied": "stock/run pay/run -> COMPLETED",
    });
    const early = explained(found, later - 1)["not-applied"];
    expect(early).toMatch(/still be on its way.* \| stock\/run pay\/run -> COMPLETED$/);
  });

  it("consider that the deadline has passed", async () => {
    const found = await runToRest(doubtful);
    expect(explained(found, found.saga.updatedAt + 60_000)).toMatchObject({
      applied: "stock/rollback order/rollback -> CANCELLED",
      "not-applied": "order/rollback -> CANCELLED",
    });
  });

  it("have the predicted consequences if every call is done", async () => {
    const names: readonly ChoiceName[] = ["applied", "not-applied"];
    for (const name of names) {
      const { engine, clock, controller, world, saga } = await runToRest(doubtful);
      clock.advanceBy(60_000);
      const foretold = explainChoices(controller, saga, clock.now()).find((choice) => choice.name === name)?.consequence;
      const before = world.calls.length;
      await engine.resolve(saga.id, { step: "stock", applied: name === "applied" });
      const end = await driveToRest(engine, clock, saga.id);
      expect(end && statusOf(end)).toBe(foretold?.status);
      expect(world.calls.slice(before)).toEqual(foretold?.calls.map(({ step, action }) => `${step}/${action}`));
    }
  });
});

describe("the choices for a saga that waits", () => {
  it("are to cancel it and to retry it now", async () => {
    const { engine, clock, controller, id } = await waiting();
    const found = await engine.get(id);
    if (!found) throw new Error("it is there");
    const saga = found.saga;
    const at = clock.now();
    expect(consequenceOf(controller, saga, { type: "cancel-requested", at })).toEqual({
      calls: [{ step: "order", action: "rollback" }],
      status: "cancelled",
      state: "CANCELLED",
    });
    expect(consequenceOf(controller, saga, { type: "retry-requested", at })).toEqual({
      calls: ["stock", "pay", "mail"].map((step) => ({ step, action: "run" })),
      status: "completed",
      state: "COMPLETED",
    });
  });
});

async function waiting() {
  const parts = setUp({ faults: { "stock/run": ["busy"] }, policy: { deadlineMs: 120_000 } });
  const { id } = await parts.engine.start({ definition: "scripted", input: {} });
  await settleMicrotasks();
  return { ...parts, id };
}
