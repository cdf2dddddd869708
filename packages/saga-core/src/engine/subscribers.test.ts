import { describe, expect, it } from "vitest";
import { controllerOf, decide, started } from "../testing/sample-events.ts";
import { Subscribers } from "./subscribers.ts";

const controller = controllerOf();
const found = { controller, saga: decide(controller).saga };

describe("Subscribers", () => {
  it("calls every listener until it unsubscribes", () => {
    const subscribers = new Subscribers(() => undefined);
    const calls: string[] = [];
    const unsubscribe = subscribers.subscribe(() => calls.push("one"));
    subscribers.subscribe(() => calls.push("two"));
    subscribers.notify(found, started(controller));
    unsubscribe();
    subscribers.notify(found, started(controller));
    expect(calls).toEqual(["one", "two", "two"]);
  });

  it("reports a listener that throws as a defect, and still calls the others", () => {
    const defects: unknown[] = [];
    const subscribers = new Subscribers((error, sagaId) => defects.push([String(error), sagaId]));
    let calls = 0;
    subscribers.subscribe(() => {
      throw new Error("broken listener");
    });
    subscribers.subscribe(() => {
      calls += 1;
    });
    subscribers.notify(found, started(controller));
    expect([calls, defects]).toEqual([1, [["Error: broken listener", "s"]]]);
  });
});
