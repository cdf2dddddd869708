import { describe, expect, it } from "vitest";
import { historyProblem } from "./repetitions.ts";

const failed = { type: "answered", outcome: { outcome: "unknown", reason: "lost" } };
const done = { type: "answered", outcome: { outcome: "done", result: {} } };
const attempt = [failed, { type: "woken" }, { type: "parked" }, { type: "resumed" }];

function problemOf(events: readonly object[]): string | undefined {
  return historyProblem({ records: events.map((event) => ({ text: JSON.stringify(event) })) });
}

function times(count: number, events: readonly object[]): readonly object[] {
  return Array.from({ length: count }, () => events).flat();
}

describe("the history of a saga", () => {
  it("is wrong if it holds the records of every attempt at a call that fails", () => {
    expect(problemOf(times(9, attempt))).toBeUndefined();
    expect(problemOf(times(100, attempt))).toBe("its history has 400 records of one call that fails");
  });

  it("is right, however long it is, if other events stand between the failures", () => {
    expect(problemOf(times(100, [...attempt, done]))).toBeUndefined();
    expect(problemOf(times(100, [failed, { type: "resumed" }]))).toBeUndefined();
  });

  it("is wrong if a record has the whole of a long text", () => {
    const page = { type: "answered", outcome: { outcome: "unknown", reason: "x".repeat(10_000) } };
    expect(problemOf([page])).toMatch(/^it has a record of \d+ characters$/);
  });
});
