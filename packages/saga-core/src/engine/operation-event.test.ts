import { describe, expect, it } from "vitest";
import { Controller } from "../definition/controller.ts";
import { givesNothing } from "../definition/gives-nothing.ts";
import { unknown } from "../definition/outcome.ts";
import { defaultPolicy } from "../definition/policy.ts";
import type { Schema } from "../definition/schema.ts";
import { OperationRefused } from "../ports/engine.ts";
import { answered, controllerOf, decide, sampleSteps } from "../testing/sample-events.ts";
import { operationEvent } from "./operation-event.ts";

const controller = controllerOf(sampleSteps.map((step) => ({ ...step, keyed: false, arrivesWithinMs: 100, callTimeoutMs: 50 })));
const running = { controller, saga: decide(controller).saga };
const inDoubt = { controller, saga: decide(controller, answered("order", unknown("lost"))).saga };

/** Its one step gives an object that no operator's result is. */
class StrictController extends Controller {
  constructor() {
    const gives: Schema<object> = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "must have an order_id" }] }) },
    };
    const words = { state: "ORDERING", done: "Ordered", failed: "OrderFailed" };
    const run = async () => unknown("not called");
    const participant = { name: "orders", keyed: false };
    const order = { kind: "pivot", step: "order", words, participant, gives, orphanIsHarmless: false, run } as const;
    super({ name: "scripted", version: 1, chain: { input: givesNothing, handlers: [order] }, policy: defaultPolicy });
  }
}

function refusalOf(decide: () => unknown): OperationRefused {
  try {
    decide();
  } catch (error) {
    if (error instanceof OperationRefused) return error;
    throw error;
  }
  throw new Error("it was allowed");
}

describe("operationEvent", () => {
  it("turns a request into an event, with the note of the person who sent it", () => {
    const event = operationEvent(running, { type: "cancel", note: { by: "ada", note: "wrong order" } }, 5);
    expect(event).toEqual({ type: "cancel-requested", at: 5, by: "ada", note: "wrong order" });
  });

  it("does not let a saga's time go back if clocks differ", () => {
    expect(operationEvent(inDoubt, { type: "cancel" }, 0).at).toBe(inDoubt.saga.updatedAt);
  });

  it("names the action whose effect was in doubt", () => {
    const event = operationEvent(inDoubt, { type: "resolve", resolution: { step: "order", applied: true } }, 5);
    expect(event).toEqual({ type: "resolved", at: 5, step: "order", action: "run", applied: true, result: {} });
  });

  it("refuses an operation that is not allowed yet, and gives the time from which it is", () => {
    const resolution = { step: "order", applied: false };
    const { refusal, from, message } = refusalOf(() => operationEvent(inDoubt, { type: "resolve", resolution }, 5));
    expect([refusal, from]).toEqual(["not-allowed", 101]);
    expect(message).toContain("may still be on its way");
  });

  it("refuses a result that does not fit the step's schema", () => {
    const resolution = { step: "order", applied: true, result: {} };
    const request = { type: "resolve", resolution } as const;
    expect(refusalOf(() => operationEvent({ ...inDoubt, controller: new StrictController() }, request, 5)).refusal).toBe(
      "invalid-result",
    );
  });

  it("refuses a resolution as not allowed even if its result is also invalid", () => {
    const resolution = { step: "stock", applied: true, result: 7 };
    expect(refusalOf(() => operationEvent(inDoubt, { type: "resolve", resolution }, 5)).refusal).toBe("not-allowed");
  });
});
