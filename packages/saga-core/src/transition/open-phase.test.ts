import { describe, expect, it } from "vitest";
import { done, rejected, unavailable, unknown } from "../definition/outcome.ts";
import { answered, closingRecorded, controllerOf, decide, pivotRecorded } from "../testing/sample-events.ts";
import type { StepScript } from "../testing/scripted-saga.ts";
import { compactedRecord } from "./compaction.ts";
import type { SagaEvent } from "./event.ts";
import { openPhaseOf } from "./open-phase.ts";
import { readEvent } from "./read-event.ts";
import { transition } from "./transition.ts";

const chain: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
];
const controller = controllerOf(chain);

const at = (instant: number, event: SagaEvent): SagaEvent => ({ ...event, at: instant });
const failed = (attempt: number) => answered("order", unavailable("away"), { attempt });
const lost = (attempt: number) => answered("order", unknown("no answer"), { attempt });
const woken = (instant: number): SagaEvent => ({ type: "woken", at: instant });
const orderDone = answered("order", done({}));
const stockRefused = answered("stock", rejected("none left"));

function phaseAfter(...events: readonly SagaEvent[]) {
  return openPhaseOf(decide(controller, ...events));
}

describe("what an open saga is at", () => {
  it("is forward since its start, however many steps are done", () => {
    expect(phaseAfter()).toEqual({ name: "forward", since: 0 });
    expect(phaseAfter(at(7, orderDone))).toEqual({ name: "forward", since: 0 });
  });

  it("is retrying since the first attempt failed, while the next is due and while it is made, until one is done", () => {
    const since = { name: "retrying", since: 10 };
    expect(phaseAfter(at(10, failed(1)))).toEqual(since);
    expect(phaseAfter(at(10, failed(1)), woken(1_000))).toEqual(since);
    expect(phaseAfter(at(10, failed(1)), woken(1_000), at(1_500, failed(2)))).toEqual(since);
    expect(phaseAfter(at(10, failed(1)), woken(1_000), at(1_500, answered("order", done({}), { attempt: 2 })))).toMatchObject({
      name: "forward",
    });
  });

  it("is in doubt since the first doubt, however often it was asked after it and failed before it", () => {
    const since = { name: "in_doubt", since: 1_500 };
    const first = [at(10, failed(1)), woken(1_000), at(1_500, lost(2))];
    expect(phaseAfter(...first)).toEqual(since);
    expect(phaseAfter(...first, woken(9_000), at(9_500, lost(3)))).toEqual(since);
    expect(phaseAfter(...first, woken(9_000), at(9_500, failed(3)))).toEqual(since);
    expect(phaseAfter(...first, { type: "resumed", at: 9_800 })).toEqual(since);
  });

  it("is in doubt also while it settles or is undone", () => {
    const settling = [at(10, lost(1)), { type: "cancel-requested", at: 20 }] as const;
    expect(decide(controller, ...settling).saga.phase.name).toBe("settling");
    expect(phaseAfter(...settling)).toEqual({ name: "in_doubt", since: 10 });
    const undoing = [
      orderDone,
      stockRefused,
      closingRecorded,
      at(30, answered("order", unknown("lost"), { action: "rollback" })),
    ];
    expect(decide(controller, ...undoing).saga.phase.name).toBe("undoing");
    expect(phaseAfter(...undoing)).toEqual({ name: "in_doubt", since: 30 });
  });

  it("is settling since it turned, and undoing since that is closed, however often a rollback fails", () => {
    const turned = [orderDone, at(40, { type: "cancel-requested", at: 40 })];
    expect(phaseAfter(...turned)).toEqual({ name: "settling", since: 40 });
    const closed = [orderDone, at(40, stockRefused), at(50, closingRecorded)];
    expect(phaseAfter(...closed)).toEqual({ name: "undoing", since: 50 });
    const failing = answered("order", unavailable("away"), { action: "rollback" });
    expect(phaseAfter(...closed, at(60, failing))).toEqual({ name: "undoing", since: 50 });
  });

  it("needs a human since it came to it, whatever was requested after that in vain", () => {
    const defect = at(70, answered("order", unknown("key", { defect: true })));
    expect(phaseAfter(defect)).toEqual({ name: "needs_intervention", since: 70 });
    expect(phaseAfter(defect, { type: "cancel-requested", at: 80 })).toEqual({ name: "needs_intervention", since: 70 });
  });

  it("is waiting since it came to its wait", () => {
    const waiting = controllerOf([
      ...chain.slice(0, 1),
      { step: "paid", kind: "lasting", wait: { waitMs: 900, onTimeout: "ask" } },
    ]);
    expect(openPhaseOf(decide(waiting, at(5, orderDone)))).toEqual({ name: "waiting", since: 5 });
    const asked = [at(5, orderDone), woken(905)];
    expect(openPhaseOf(decide(waiting, ...asked))).toEqual({ name: "needs_intervention", since: 905 });
  });

  it("is nothing once it has ended", () => {
    const { saga } = decide(controller, orderDone, answered("stock", done({})), pivotRecorded, answered("pay", done({})));
    expect([saga.phase.name, openPhaseOf({ saga })]).toEqual(["completed", undefined]);
  });
});

describe("a record that stands for failures", () => {
  it("keeps since when its call fails and is in doubt, also as a journal gives it back", () => {
    const before = decide(controller).saga;
    const failures = [at(10, failed(1)), woken(1_000), at(1_500, lost(2)), woken(9_000), at(9_500, lost(3))];
    const { saga } = decide(controller, ...failures);
    const failure = { at: 10, attempt: 1, outcome: "unavailable", reason: "away" } as const;
    const range = { step: "order", action: "run", records: 5, held: 5, count: 3, first: failure, last: failure } as const;
    const read = readEvent(controller, JSON.parse(JSON.stringify(compactedRecord(range, saga))));
    expect(transition(controller, before, read).saga).toEqual(saga);
    expect(openPhaseOf({ saga })).toEqual({ name: "in_doubt", since: 1_500 });
  });

  it("that an earlier release wrote says when it failed last", () => {
    const { saga } = decide(controller, at(10, failed(1)));
    const steps = saga.steps.map(({ firstFailedAt: _unknown, ...progress }) => progress);
    expect(openPhaseOf({ saga: { ...saga, steps } })).toEqual({ name: "retrying", since: 10 });
    const doubtful = steps.map((progress) => (progress.step === "order" ? { ...progress, inDoubtSince: 8 } : progress));
    expect(openPhaseOf({ saga: { ...saga, steps: doubtful } })).toEqual({ name: "in_doubt", since: 8 });
  });
});
