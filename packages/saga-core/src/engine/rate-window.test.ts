import { describe, expect, it } from "vitest";
import { RateWindow } from "./rate-window.ts";

const WINDOW_MS = 16_000;

/** A window since 0 in which one was counted at each of these times. */
function windowOf(...times: readonly number[]): RateWindow {
  const window = new RateWindow(WINDOW_MS, 0);
  for (const time of times) window.add(time);
  return window;
}

const evenly = Array.from({ length: 100 }, (_, index) => (index + 1) * 100);

describe("the measured rate", () => {
  it("is not known before more than one was counted", () => {
    expect(windowOf().msEach(1_000)).toBe(Number.POSITIVE_INFINITY);
    expect(windowOf(500).msEach(1_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is what was counted, less one standard deviation, in the time since the beginning", () => {
    expect(windowOf(...evenly).msEach(10_000)).toBe(10_000 / 90);
  });

  it("does not count the time until the next group as long as groups come as slowly", () => {
    const window = windowOf(1_000, 1_000, 1_000, 1_000, 2_000, 2_000, 2_000, 2_000, 2_000);
    expect(window.msEach(3_000)).toBe(2_000 / 6);
    expect(window.msEach(3_500)).toBe(2_500 / 6);
  });

  it("forgets what is longer ago than the window, and falls to nothing when nothing comes any more", () => {
    const window = windowOf(...evenly);
    expect(window.msEach(20_000)).toBeGreaterThan(10_000 / 90);
    expect(window.msEach(30_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it("counts nothing of a time that has not come, after the clock was set back", () => {
    expect(windowOf(...evenly).msEach(900)).toBe(900 / 6);
  });
});
