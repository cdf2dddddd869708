import { describe, expect, it } from "vitest";
import { done, rejected } from "../definition/outcome.ts";
import { answered, controllerOf, decide, pivotRecorded, started } from "../testing/sample-events.ts";
import { advance } from "./advance.ts";
import type { SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { fold } from "./transition.ts";

const controller = controllerOf();
const refusedAt = 7;
const refused: SagaEvent = { ...answered("pay", rejected("no funds")), at: refusedAt };
const untilRefused = [answered("order", done()), pivotRecorded, answered("stock", done())];

describe("advance", () => {
  it("applies the closing record at the time of the refusal, and commands the first rollback after it", () => {
    const { saga } = decide(controller, ...untilRefused);
    const { records, commands } = advance(controller, saga, refused);
    expect(records.map(({ event }) => event)).toEqual([refused, { type: "closing-recorded", at: refusedAt }]);
    expect(commands).toEqual([
      { type: "rollback", step: "stock", attempt: 1, after: 6, turn: { cause: "rejected", step: "pay", reason: "no funds" } },
    ]);
  });

  it("writes the pivot's record ahead and still commands the call before it, which does not wait for that record", () => {
    const { saga } = decide(controller);
    const { records, commands } = advance(controller, saga, answered("order", done()));
    expect(records.map(({ event, saga: made }) => [made.seq, event.type])).toEqual([
      [2, "answered"],
      [3, "pivot-recorded"],
    ]);
    expect(commands).toEqual([
      { type: "run", step: "stock", attempt: 1, after: 1 },
      { type: "wait", until: saga.policy.deadlineMs },
    ]);
  });

  it("records a pivot that comes first before it commands its call", () => {
    const pivotFirst = controllerOf([{ step: "pay", kind: "pivot" }]);
    const { records, commands } = advance(pivotFirst, undefined, started(pivotFirst));
    expect(records.map(({ event }) => event.type)).toEqual(["started", "pivot-recorded"]);
    expect(commands).toContainEqual({ type: "run", step: "pay", attempt: 1, after: 2 });
  });

  it("gives one record where nothing internal follows", () => {
    const { records } = advance(controller, undefined, started(controller));
    expect(records).toHaveLength(1);
  });

  it("gives the saga that folding its records gives", () => {
    const { saga } = decide(controller, ...untilRefused);
    const { saga: after, records } = advance(controller, saga, refused);
    const history = [started(controller), ...untilRefused, ...records.map(({ event }) => event)];
    expect(fold(controller, history)).toEqual(after);
    expect(records.at(-1)?.saga).toBe(after);
  });

  it("throws for an event that cannot happen, before there is anything to append", () => {
    expect(() => advance(controller, undefined, { type: "woken", at: 0 })).toThrow(ImpossibleEvent);
  });
});
