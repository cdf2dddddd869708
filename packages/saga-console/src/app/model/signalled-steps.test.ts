import { expect, it } from "vitest";
import type { Definition } from "../api/replies.ts";
import { orderSteps, sagaOf } from "./samples.ts";
import { signalledSteps } from "./signalled-steps.ts";

const schema = { type: "object" };
const waits = { takes_signal: true, signal_schema: schema };
const steps = orderSteps.map((each, index) => (index === 1 || index === 3 ? { ...each, waits } : each));
const definition: Definition = { definition: "order", version: 2, columns: [], states: [], steps, transitions: [] };

it("the steps that take a signal are those to come, the one that waits first", () => {
  const waiting = sagaOf(["done", "pending", "pending", "waiting"]);
  expect(signalledSteps(waiting, definition)).toEqual([
    { step: "create-payment", schema },
    { step: "decrease-stock", schema },
  ]);
  expect(signalledSteps(sagaOf(["done", "done", "done", "waiting"]), definition)).toHaveLength(1);
  expect(signalledSteps(sagaOf(["done", "done", "done", "done"], { status: "completed" }), definition)).toEqual([]);
});

it("the steps of a saga whose version is not described take a signal where the saga says that it waits", () => {
  const saga = sagaOf(["done", "waiting"]);
  const told = { ...saga, steps: saga.steps.map((each, index) => (index === 1 ? { ...each, waits: { since: "now" } } : each)) };
  expect(signalledSteps(told, undefined)).toEqual([{ step: "decrease-stock", schema: undefined }]);
  expect(signalledSteps(saga, undefined)).toEqual([]);
});
