import { describe, expect, it } from "vitest";
import { defaultAutoPause, pauseNote } from "./auto-pause.ts";

describe("a definition's own pause", () => {
  it.for<[string, number, number, boolean]>([
    ["too few sagas need a human", 19, 19, false],
    ["they are too small a share", 20, 41, false],
    ["enough of them are half of all", 20, 40, true],
    ["all of them need a human", 20, 20, true],
  ])("is decided by both numbers: %s", ([, needHuman, all, isPaused]) => {
    expect(pauseNote(defaultAutoPause, { needHuman, all }) !== undefined).toBe(isPaused);
  });

  it("has a note with the numbers", () => {
    expect(pauseNote(defaultAutoPause, { needHuman: 21, all: 30 })).toBe(
      "21 of 30 sagas that ended or stopped within 300 s came to need a human",
    );
  });
});
