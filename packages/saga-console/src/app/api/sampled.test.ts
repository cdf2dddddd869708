import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampled } from "./sampled.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a sampled function", () => {
  it("runs at once, then seldom under a thousand calls a second, and loses no last call", () => {
    const runs: number[] = [];
    let calls = 0;
    const { call } = sampled(() => runs.push(calls), 500);
    for (; calls < 1_200; calls += 1) {
      call();
      vi.advanceTimersByTime(1);
    }
    expect(runs).toEqual([0, 499, 999]);
    vi.advanceTimersByTime(500);
    expect(runs).toEqual([0, 499, 999, 1_200]);
    vi.advanceTimersByTime(5_000);
    expect(runs).toHaveLength(4);
  });

  it("runs no more after its stop", () => {
    const run = vi.fn();
    const { call, stop } = sampled(run, 500);
    call();
    call();
    stop();
    call();
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
