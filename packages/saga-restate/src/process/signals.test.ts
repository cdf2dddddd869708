import { type FoundSaga, JournalError } from "saga-core";
import { readHistory, type Signalled, startOf } from "saga-core/engine";
import { ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../objects/messages.ts";
import { SignalIntake } from "./signals.ts";

const steps = [
  { step: "paid", kind: "pivot", wait: { correlation: "ref" } },
  { step: "sent", kind: "retriable", wait: {} },
] as const;
const controller = new ScriptedController(steps, new ScriptedWorld());
const start = startOf(controller, { id: "saga", at: 1, input: {}, idempotencyKey: undefined, trace: undefined });
const found: FoundSaga = { saga: readHistory(controller, "saga", [start]).saga, controller };
const request = { step: "paid", signal: { paid: 1 }, sender: {} };

/** One saga, and a workflow that gives this verdict. */
function setUp(verdict: Verdict = { allowed: true, signal: "taken" }, isKnown = true) {
  const sent: Signalled[] = [];
  const state = { isDraining: false };
  const intake = new SignalIntake({
    controllers: [controller],
    clock: new SimulatedClock(5),
    isDraining: () => state.isDraining,
    holders: { now: async () => undefined, find: async () => found },
    get: async (id) => (isKnown && id === "saga" ? found : undefined),
    send: async (_found, signal) => {
      sent.push(signal);
      return verdict;
    },
    writtenSeq: async () => 3,
  });
  return { intake, sent, state };
}

describe("a signal", () => {
  it("is what the workflow says, and is sent as its step reads it", async () => {
    const { intake, sent } = setUp();
    expect(await intake.signal("saga", request)).toEqual({ ...found, step: "paid", signal: "taken", eventSeq: 3 });
    expect(sent).toEqual([{ type: "signalled", at: 5, step: "paid", outcome: { outcome: "done", result: { paid: 1 } } }]);
  });

  it("that the workflow finds late is refused, with why and the saga as it is", async () => {
    const { intake } = setUp({ allowed: false, reason: "", late: "timeout" });
    const late = { saga: found.saga, because: "timeout" };
    await expect(intake.signal("saga", request)).rejects.toMatchObject({ refusal: "late", late });
  });

  it("whose key the workflow knows from another signal is refused", async () => {
    const { intake } = setUp({ allowed: false, reason: "", isKeyReused: true });
    await expect(intake.signal("saga", request)).rejects.toMatchObject({ refusal: "key-reused" });
  });

  it("is refused by a process that stops, and for a saga that does not exist", async () => {
    const { intake, state, sent } = setUp(undefined, false);
    await expect(intake.signal("saga", request)).rejects.toMatchObject({ refusal: "not-found" });
    state.isDraining = true;
    await expect(intake.signal("saga", request)).rejects.toMatchObject({ refusal: "draining" });
    await expect(intake.signalBy("scripted", "A-1", request)).rejects.toMatchObject({ refusal: "draining" });
    expect(sent).toEqual([]);
  });

  it("fails where the saga does not answer: its sender must try again", async () => {
    const { intake } = setUp({ allowed: "no-answer" });
    await expect(intake.signal("saga", request)).rejects.toThrow(JournalError);
  });

  it("that is repeated by what is on record is answered here, and adds nothing to Restate's journal", async () => {
    const { sent } = setUp();
    const signalled = { ...start, at: 2 };
    const first: Signalled = { type: "signalled", at: 2, step: "paid", outcome: { outcome: "done", result: { paid: 1 } } };
    const after = { saga: readHistory(controller, "saga", [signalled, first]).saga, controller };
    const intake = new SignalIntake({
      controllers: [controller],
      clock: new SimulatedClock(5),
      isDraining: () => false,
      holders: { now: async () => undefined, find: async () => after },
      get: async () => after,
      writtenSeq: async () => 3,
      send: async (_found, signal) => {
        sent.push(signal);
        return { allowed: "no-answer" };
      },
    });
    expect(await intake.signal("saga", request)).toEqual({ ...after, step: "paid", signal: "repeated" });
    expect(sent).toEqual([]);
  });

  it("by a correlation goes to the saga that has it; not of a definition or a step that nobody knows", async () => {
    const { intake, sent } = setUp();
    expect((await intake.signalBy("scripted", "A-1", request)).saga.id).toBe("saga");
    for (const step of ["other", "sent"])
      await expect(intake.signalBy("scripted", "A-1", { ...request, step })).rejects.toMatchObject({ refusal: "not-found" });
    await expect(intake.signalBy("other", "A-1", request)).rejects.toMatchObject({ refusal: "not-found" });
    await expect(intake.signalBy("scripted", "", request)).rejects.toMatchObject({ refusal: "correlation-unknown" });
    expect(sent).toHaveLength(1);
  });
});
