import { describe, expect, it } from "vitest";
import { knownCount } from "./known-count.ts";

const open = [
  { definition: "order", phase: "needs_intervention", count: 1 },
  { definition: "order", phase: "forward", count: 10 },
  { definition: "refund", phase: "forward", count: 100 },
  { definition: "order", phase: "in_doubt", count: 1_000 },
];

const countOf = (api: Readonly<Record<string, string>>) => knownCount({ api, isOldestFirst: false }, open);

describe("how many sagas fit a filter", () => {
  it("is known of what open sagas are at, of their status, and of a definition", () => {
    expect(countOf({ phase: "forward" })).toBe(110);
    expect(countOf({ phase: "forward", definition: "refund" })).toBe(100);
    expect(countOf({ phase: "waiting" })).toBe(0);
    expect(countOf({ status: "running" })).toBe(1_110);
    expect(countOf({ status: "running", phase: "in_doubt" })).toBe(1_000);
    expect(countOf({ status: "needs_intervention", definition: "order" })).toBe(1);
    expect(countOf({ status: "needs_intervention", phase: "forward" })).toBe(0);
  });

  it("is not known of sagas that have ended, nor under any other filter", () => {
    for (const api of [{}, { definition: "order" }, { status: "completed" }, { phase: "forward", text: "7" }, { step: "pay" }])
      expect(countOf(api)).toBeUndefined();
  });
});
