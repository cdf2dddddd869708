import { type FoundSaga, JournalError, OperationRefused, rejected, type SagaEvent, unknown } from "saga-core";
import { fold, type Operation, type OperationRequest, type Refused, startOf, UnreturnedCalls } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../objects/messages.ts";
import { operate } from "./operations.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());

function foundAfter(events: readonly SagaEvent[]): FoundSaga {
  const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
  const saga = fold(controller, [start, ...events]);
  if (!saga) throw new TypeError("These are no events.");
  return { saga, controller };
}

const running = foundAfter([]);
const cancelled = foundAfter([
  {
    type: "answered",
    at: 2,
    step: "order",
    action: "run",
    attempt: 1,
    outcome: rejected("no"),
    random: 0,
  },
  { type: "closing-recorded", at: 2 },
]);

/** One saga, and a workflow that gives this verdict. */
function setUp({ found = running, verdict = { allowed: true } }: { found?: FoundSaga | null; verdict?: Verdict } = {}) {
  const clock = new SimulatedClock();
  const sent: (Operation | Refused)[] = [];
  const process = { isDraining: false };
  const unreturned = new UnreturnedCalls();
  const ports = {
    clock,
    isDraining: () => process.isDraining,
    unreturned,
    get: async () => found ?? undefined,
    send: async (_found: FoundSaga, operation: Operation | Refused) => {
      sent.push(operation);
      return verdict;
    },
    writtenSeq: async () => 4,
  };
  const request = (operation: OperationRequest) => operate(ports, "saga", operation);
  return { clock, sent, process, unreturned, request, cancel: () => request({ type: "cancel", note: { by: "ada" } }) };
}

describe("an operation", () => {
  it("is sent to the saga's workflow with its time and its note, and resolves with the saga and the number of its event", async () => {
    const { cancel, sent, clock } = setUp();
    expect(await cancel()).toEqual({ ...running, eventSeq: 4 });
    expect(sent).toEqual([{ type: "cancel-requested", at: Math.max(clock.now(), 1), by: "ada" }]);
  });

  it("is not sent where the saga as it is known does not allow it", async () => {
    const { cancel, sent } = setUp({ found: cancelled });
    await expect(cancel()).rejects.toMatchObject({ refusal: "not-allowed" });
    expect(sent).toEqual([]);
  });

  it("is refused where the workflow refuses it, with the reason and the instant when it is allowed", async () => {
    const { cancel } = setUp({ verdict: { allowed: false, reason: "its pivot may have been sent", from: 7 } });
    await expect(cancel()).rejects.toMatchObject({
      refusal: "not-allowed",
      message: expect.stringContaining("its pivot may have been sent"),
      from: 7,
    });
  });

  it("fails where the saga does not answer: it is not known whether it was applied", async () => {
    const { cancel } = setUp({ verdict: { allowed: "no-answer" } });
    await expect(cancel()).rejects.toThrow(JournalError);
  });

  it("is refused for a saga that does not exist", async () => {
    const { cancel } = setUp({ found: null });
    await expect(cancel()).rejects.toMatchObject({ refusal: "not-found" });
  });

  it("is refused by a process that stops", async () => {
    const { cancel, process, sent } = setUp();
    process.isDraining = true;
    await expect(cancel()).rejects.toThrow(OperationRefused);
    expect(sent).toEqual([]);
  });
});

describe("that a call was not applied", () => {
  const unclear = foundAfter([
    {
      type: "answered",
      at: 2,
      step: "order",
      action: "run",
      attempt: 1,
      outcome: unknown("a misused key", { defect: true }),
      random: 0,
    },
  ]);
  const notApplied = { type: "resolve", resolution: { step: "order", applied: false } } as const;

  it("is refused while an attempt at it has not returned in this process, and sent to the workflow after that", async () => {
    const { request, unreturned, sent } = setUp({ found: unclear });
    const { promise, resolve } = Promise.withResolvers<void>();
    unreturned.add({ sagaId: "saga", step: "order", type: "run" }, 1, promise);
    await expect(request(notApplied)).rejects.toMatchObject({
      refusal: "not-allowed",
      message: expect.stringContaining("has not returned"),
    });
    expect(sent).toEqual([]);
    resolve();
    await promise;
    await request(notApplied);
    expect(sent).toMatchObject([{ type: "resolved", applied: false }]);
  });
});
