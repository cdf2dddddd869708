import { describe, expect, it } from "vitest";
import { RestWindow } from "./rest-window.ts";

const WINDOW_MS = 300_000;

describe("the window of sagas that came to rest", () => {
  it("counts those that need a human, and all", () => {
    const window = new RestWindow(WINDOW_MS);
    window.add(1_000_000, true, 1_000_000);
    window.add(1_000_001, false, 1_000_001);
    window.add(1_100_000, true, 1_100_000);
    expect(window.counts(1_100_000)).toEqual({ needHuman: 2, all: 3 });
  });

  it("counts none that came to rest longer ago than the window is long", () => {
    const window = new RestWindow(WINDOW_MS);
    window.add(1_000_000, true, 1_000_000);
    expect(window.counts(1_000_000 + WINDOW_MS * 0.9)).toEqual({ needHuman: 1, all: 1 });
    expect(window.counts(1_000_000 + WINDOW_MS + 1)).toEqual({ needHuman: 0, all: 0 });
    // A saga that is reported long after it came to rest.
    window.add(1_000_000, true, 2_000_000);
    expect(window.counts(2_000_000)).toEqual({ needHuman: 0, all: 0 });
  });

  it("counts a saga whose time is later than the clock, and forgets what is in the future after the clock was set back", () => {
    const window = new RestWindow(WINDOW_MS);
    window.add(1_020_000, true, 1_000_000);
    expect(window.counts(1_000_000)).toEqual({ needHuman: 1, all: 1 });
    expect(window.counts(100_000)).toEqual({ needHuman: 0, all: 0 });
    window.add(100_000, false, 100_000);
    expect(window.counts(100_000)).toEqual({ needHuman: 0, all: 1 });
    expect(window.counts(1_000_000)).toEqual({ needHuman: 0, all: 0 });
  });
});
