import { describe, expect, it } from "vitest";
import { sagaOf } from "./samples.ts";
import { troublesOf } from "./trouble.ts";

const last_error = { outcome: "unavailable", reason: "503" };

describe("the trouble of a saga", () => {
  it("is none once it has ended", () => {
    for (const status of ["completed", "cancelled", "a-new-status"])
      expect(troublesOf(sagaOf(["unknown"], { status }))).toEqual([]);
  });

  it("is all that is the matter with it, the worst first", () => {
    expect(troublesOf(sagaOf(["done", "unknown"], { status: "needs_intervention" }))).toEqual(["needs-human", "in-doubt"]);
    expect(troublesOf(sagaOf(["undoing"], { direction: "compensating" }))).toEqual(["undoing"]);
    const retried = {
      step: "create-order",
      status: "running",
      attempts: 2,
      last_error,
      next_attempt_at: "2026-11-23T12:00:05.000Z",
    };
    expect(troublesOf(sagaOf([], { steps: [retried] }))).toEqual(["retrying"]);
    const waiting = { step: "create-order", status: "waiting", attempts: 0, waits: { since: "2026-11-23T12:00:05.000Z" } };
    expect(troublesOf(sagaOf([], { steps: [waiting] }))).toEqual(["waiting"]);
  });
});
