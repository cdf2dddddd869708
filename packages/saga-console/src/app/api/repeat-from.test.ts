import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { repeatFrom } from "./repeat-from.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a function that is to run from an instant on", () => {
  it("runs then, and again and again, less and less often, until it is ended", () => {
    const began = Date.now();
    const ranAt: number[] = [];
    const end = repeatFrom(began + 5_000, () => ranAt.push(Date.now() - began), Date.now);
    vi.advanceTimersByTime(13_000);
    expect(ranAt).toEqual([5_250, 6_250, 8_250, 12_250]);
    vi.advanceTimersByTime(600_000);
    const [last = 0, before = 0] = ranAt.toReversed();
    expect(last - before).toBe(30_000);
    end();
    vi.advanceTimersByTime(60_000);
    expect(ranAt.at(-1)).toBe(last);
  });

  it("runs soon where the instant is over, and waits for one that is further than a timer reaches", () => {
    const soon = vi.fn();
    const endSoon = repeatFrom(Date.now() - 9_000, soon, Date.now);
    vi.advanceTimersByTime(250);
    expect(soon).toHaveBeenCalledTimes(1);
    endSoon();
    const far = vi.fn();
    const days = 86_400_000;
    const endFar = repeatFrom(Date.now() + 30 * days, far, Date.now);
    vi.advanceTimersByTime(29 * days);
    expect(far).not.toHaveBeenCalled();
    vi.advanceTimersByTime(days + 250);
    expect(far).toHaveBeenCalledTimes(1);
    endFar();
  });
});
