import { describe, expect, it } from "vitest";
import { Evidence } from "./evidence.ts";

const saga = (sagaId: string, deadlineMs = 1_000) => ({ sagaId, startedAt: 0, deadlineMs, isInsistent: false });

describe("the evidence against a participant", () => {
  it("counts different sagas, however often each has failed, and knows how the last one failed", () => {
    const evidence = new Evidence();
    for (const [id, failure] of [
      ["a", "silence"],
      ["b", "silence"],
      ["a", "answer"],
    ] as const)
      evidence.add(saga(id), failure);
    expect([evidence.size, evidence.has("a"), evidence.has("c"), evidence.lastFailure]).toEqual([2, true, false, "answer"]);
  });

  it("excuses those that a silence made fail once another saga is answered, until they fail again", () => {
    const evidence = new Evidence();
    evidence.add(saga("a"), "silence");
    evidence.add(saga("b"), "answer");
    expect([evidence.size, evidence.has("a"), evidence.has("b")]).toEqual([2, false, true]);
    evidence.add(saga("a"), "silence");
    expect(evidence.has("a")).toBe(true);
  });

  it("knows the shortest deadline", () => {
    const evidence = new Evidence();
    expect(evidence.shortestDeadlineMs).toBe(Infinity);
    for (const deadlineMs of [2_000, 1_000, 3_000]) evidence.add(saga(`${deadlineMs}`, deadlineMs), "answer");
    expect(evidence.shortestDeadlineMs).toBe(1_000);
  });

  it("is nothing after a clear answer", () => {
    const evidence = new Evidence();
    evidence.add(saga("a"), "silence");
    evidence.clear();
    expect([evidence.size, evidence.has("a"), evidence.lastFailure, evidence.shortestDeadlineMs]).toEqual([
      0,
      false,
      undefined,
      Infinity,
    ]);
  });

  it("forgets the saga that failed longest ago beyond its limit", () => {
    const evidence = new Evidence(2);
    for (const id of ["a", "b", "a", "c"]) evidence.add(saga(id), "answer");
    expect(["a", "b", "c"].map((id) => evidence.has(id))).toEqual([true, false, true]);
  });
});
