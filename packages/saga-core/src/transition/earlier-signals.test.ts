import { describe, expect, it } from "vitest";
import { done, rejected } from "../definition/outcome.ts";
import { answered, controllerOf, decide } from "../testing/sample-events.ts";
import type { SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import type { SignalOutcome } from "./saga.ts";

const controller = controllerOf([
  { step: "pay", kind: "pivot" },
  { step: "wait", kind: "retriable", wait: {} },
]);
const atWait: readonly SagaEvent[] = [{ type: "pivot-recorded", at: 1 }, answered("pay", done({}))];

const signal = (outcome: SignalOutcome): SagaEvent => ({ type: "signalled", at: 2, step: "wait", outcome });
const fold = (...events: readonly SagaEvent[]) => decide(controller, ...atWait, ...events).saga;

const yes = done({ paid: 1, by: { card: 1, name: "ada" } });
const sameYes = done({ by: { name: "ada", card: 1 }, paid: 1 });
const no = rejected("no money");

describe("a signal that an earlier version recorded as late", () => {
  it("is late still, where the same with its members in another order is a repetition now", () => {
    for (const [first, second] of [
      [yes, sameYes],
      [sameYes, yes],
    ] as const)
      expect(fold(signal(first), signal(second)).lateSignals).toMatchObject([{ outcome: second, because: "another-signal" }]);
    const twice = fold(signal(done({ paid: 2 })), signal(yes), signal(sameYes));
    expect(twice.lateSignals?.map(({ outcome }) => outcome)).toEqual([yes, sameYes]);
  });

  it("is late still, where a refusal that another answer followed is a repetition now", () => {
    const { phase, lateSignals } = fold(signal(no), signal(yes), signal(no));
    expect(phase.name).toBe("completed");
    expect(lateSignals).toMatchObject([{ outcome: no, because: "another-signal" }]);
  });

  it("is impossible where that version recorded none either", () => {
    for (const events of [
      [yes, yes],
      [no, no],
      [yes, no, no],
      [no, yes, no, no],
    ])
      expect(() => fold(...events.map(signal))).toThrow(ImpossibleEvent);
  });
});
