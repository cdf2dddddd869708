import { describe, expect, it } from "vitest";
import { CallTimes } from "./call-times.ts";

describe("the times of calls", () => {
  it("are told by quantiles that are at most a fifth too large, and never too small", () => {
    const times = new CallTimes();
    for (let ms = 1; ms <= 1_000; ms += 1) times.add(ms);
    for (const [share, exact] of [
      [0.5, 500],
      [0.95, 950],
      [1, 1_000],
    ] as const) {
      const told = times.quantile(share) ?? 0;
      expect([told >= exact, told <= exact * 1.2 + 1], `${share}: ${told}`).toEqual([true, true]);
    }
  });

  it("are none where there was no call, and of a clock that went back count as the shortest", () => {
    const times = new CallTimes();
    expect(times.quantile(0.5)).toBeUndefined();
    times.add(-5);
    expect(times.quantile(0.95)).toBe(1);
  });

  it("are added up", () => {
    const [some, others] = [new CallTimes(), new CallTimes()];
    some.add(1);
    for (let count = 0; count < 9; count += 1) others.add(1_000);
    some.addAll(others);
    expect([some.quantile(0.1), (some.quantile(0.5) ?? 0) >= 1_000]).toEqual([1, true]);
  });
});
