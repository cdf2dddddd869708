import { describe, expect, it } from "vitest";
import { barsOf, sumsOf } from "./minute-bars.ts";

const minute = (started: number, completed: number, cancelled: number, human: number) => ({
  at: "2026-11-23T12:00:00.000Z",
  started,
  completed,
  cancelled,
  needs_intervention: human,
});

describe("the bars of the last minutes", () => {
  it("have one scale, up and down, that no bar exceeds", () => {
    const bars = barsOf([minute(10, 5, 0, 0), minute(0, 0, 12, 8)]);
    expect(bars.map(({ at: _at, ...shares }) => shares)).toEqual([
      { started: 0.5, completed: 0.25, cancelled: 0, needsHuman: 0 },
      { started: 0, completed: 0, cancelled: 0.6, needsHuman: 0.4 },
    ]);
  });

  it("are flat where nothing happened, and none where nothing is known", () => {
    expect(barsOf([minute(0, 0, 0, 0)])[0]).toMatchObject({ started: 0, completed: 0 });
    expect(barsOf([])).toEqual([]);
  });

  it("are told as sums too", () => {
    expect(sumsOf([minute(1, 2, 3, 4), minute(10, 20, 30, 40)])).toEqual({
      started: 11,
      completed: 22,
      cancelled: 33,
      needsHuman: 44,
    });
  });
});
