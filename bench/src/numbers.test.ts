import { describe, expect, it } from "vitest";
import { at, geometricMean, median, table } from "./numbers.ts";

describe("figures", () => {
  it("have a median in any order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(median([7])).toBe(7);
  });

  it("have a geometric mean, which is one for double and half", () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1);
    expect(geometricMean([4, 9])).toBeCloseTo(6);
  });

  it("have percentiles", () => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([at(sorted, 0.5), at(sorted, 0.99)]).toEqual([50, 100]);
    expect(at([5], 0.99)).toBe(5);
  });

  it("are printed as a Markdown table", () => {
    expect(table(["a", "bb"], [["10", "2"]])).toBe("|  a | bb |\n|----|----|\n| 10 |  2 |\n");
  });
});
