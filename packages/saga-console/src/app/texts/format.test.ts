import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

// The language of the page is told to the document.
vi.stubGlobal("document", { documentElement: {} });
const [{ duration }, { language }] = await Promise.all([import("./format.ts"), import("./language.ts")]);

beforeAll(() => {
  language.value = "en";
});

afterAll(() => {
  vi.unstubAllGlobals();
});

describe("a duration for people", () => {
  it("has two units at most, and no line break between a number and its unit", () => {
    const written = [0, 999, 1_940, 59_999, 60_000, 163_000, 3_600_000, 8_040_000, 90_000_000].map((ms) => duration(ms));
    expect(written.filter((text) => text.includes(" "))).toEqual([]);
    expect(written.map((text) => text.replaceAll("\u00a0", " "))).toEqual([
      "0 ms",
      "999 ms",
      "1.9 s",
      "59 s",
      "1 min",
      "2 min 43 s",
      "1 h",
      "2 h 14 min",
      "1 d 1 h",
    ]);
  });

  it("has the comma and the day of its language", () => {
    language.value = "fr";
    expect([1_940, 90_000_000].map((ms) => duration(ms).replaceAll("\u00a0", " "))).toEqual(["1,9 s", "1 j 1 h"]);
  });
});
