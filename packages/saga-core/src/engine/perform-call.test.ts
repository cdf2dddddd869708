import { describe, expect, it } from "vitest";
import type { Attempt } from "../definition/attempt.ts";
import { done, type Outcome, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { controllerOf, decide, sampleSteps } from "../testing/sample-events.ts";
import { ScriptedController } from "../testing/scripted-saga.ts";
import { ScriptedWorld } from "../testing/scripted-world.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import { callEndOf, performCall } from "./perform-call.ts";

const { saga } = decide(controllerOf());
const turn = { cause: "cancelled", step: "pay", reason: "it was cancelled" } as const;
const runOrder = { type: "run", step: "order", attempt: 1, after: 1 } as const;

describe("performCall", () => {
  const clock = new SimulatedClock();

  it("sends the same key at every attempt, and another key for the rollback", async () => {
    const world = new ScriptedWorld();
    const controller = new ScriptedController(sampleSteps, world);
    for (const attempt of [1, 2]) await performCall(controller, saga, { ...runOrder, attempt }, { clock }).end;
    await performCall(controller, saga, { ...runOrder, type: "rollback", turn }, { clock }).end;
    expect(world.attempts.map(({ key }) => key)).toEqual(["s/order/run", "s/order/run", "s/order/rollback"]);
  });

  it("reads a thrown error as unknown", async () => {
    const controller = new ScriptedController(sampleSteps, new ScriptedWorld({ "order/run": ["thrown"] }));
    const { outcome } = await performCall(controller, saga, runOrder, { clock }).end;
    expect(outcome).toMatchObject({ outcome: "unknown", reason: expect.stringContaining("scripted") });
  });

  it("passes the saga's trace on", async () => {
    const world = new ScriptedWorld();
    const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    await performCall(new ScriptedController(sampleSteps, world), { ...saga, trace }, runOrder, { clock }).end;
    expect(world.attempts).toMatchObject([{ key: "s/order/run", trace }]);
  });
});

describe("the deadline of a call", () => {
  /** A call whose handler returns when the test says so. */
  function held() {
    const clock = new SimulatedClock();
    const controller = controllerOf(sampleSteps.map((step) => ({ ...step, callTimeoutMs: 700 })));
    const answer = Promise.withResolvers<Outcome>();
    const signals: AbortSignal[] = [];
    for (const handler of controller.handlers) {
      if (handler.how === "wait") continue;
      handler.run = (_data: never, { signal }: Attempt) => {
        signals.push(signal);
        return answer.promise;
      };
    }
    const { end, returned } = performCall(controller, saga, runOrder, { clock });
    const told: string[] = [];
    void end.then(({ outcome, hasReturned }) => told.push(`${outcome.outcome}, ${hasReturned ? "returned" : "not returned"}`));
    void returned.then(() => told.push("it returns"));
    return { clock, signals, answer, end, told };
  }

  it("makes it unknown, and aborts its signal with a TimeoutError that has the same text", async () => {
    const { clock, signals, end } = held();
    clock.advanceBy(699);
    expect(signals).toMatchObject([{ aborted: false }]);
    clock.advanceBy(1);
    expect(await end).toEqual({ outcome: unknown("no answer within 700 ms"), hasReturned: false });
    expect(signals[0]?.reason).toMatchObject({ name: "TimeoutError", message: "no answer within 700 ms" });
  });

  it("leaves no timer behind when the call returns in time", async () => {
    const { clock, signals, answer, end } = held();
    answer.resolve(done());
    expect(await end).toEqual({ outcome: done(), hasReturned: true });
    expect(clock.isWaiting).toBe(false);
    expect(signals).toMatchObject([{ aborted: false }]);
  });

  it.for([
    ["returns", ({ resolve }: PromiseWithResolvers<Outcome>) => resolve(done())],
    ["throws", ({ reject }: PromiseWithResolvers<Outcome>) => reject(new Error("late"))],
  ] as const)("is its end: what its handler %s later is ignored", async ([, settle]) => {
    const { clock, answer, told } = held();
    clock.advanceBy(700);
    await settleMicrotasks();
    expect(told).toEqual(["unknown, not returned"]);
    settle(answer);
    await settleMicrotasks();
    expect(told).toEqual(["unknown, not returned", "it returns"]);
  });
});

describe("callEndOf", () => {
  it.for([
    ["done", done({}), "clear"],
    ["rejected", rejected("no"), "clear"],
    ["unavailable", unavailable("away"), "silence"],
    ["unavailable, by the participant itself", unavailable("busy", { answered: true }), "answer"],
    ["unknown", unknown("lost"), "silence"],
    ["unknown, after an answer", unknown("500", { answered: true }), "answer"],
    ["unknown because a key was misused", unknown("misused", { defect: true }), "clear"],
  ] as const)("reads an outcome that is %s as its end", ([, outcome, end]) => {
    expect(callEndOf(outcome)).toBe(end);
  });
});
