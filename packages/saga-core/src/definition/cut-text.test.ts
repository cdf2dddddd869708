import { describe, expect, it } from "vitest";
import { cutText, TEXT_MAX } from "./cut-text.ts";

describe("cutText", () => {
  it("leaves a text of 2,000 characters as it is", () => {
    expect(cutText("x".repeat(TEXT_MAX))).toBe("x".repeat(TEXT_MAX));
  });

  it("cuts a longer text to 2,000 characters, and marks it", () => {
    const cut = cutText(`${"x".repeat(60_000)}`);
    expect(cut).toHaveLength(TEXT_MAX);
    expect(cut).toMatch(/^x+… \(cut\)$/);
  });

  it("leaves a text that was cut as it is", () => {
    const cut = cutText("x".repeat(60_000));
    expect(cutText(cut)).toBe(cut);
  });

  it("cuts a text to fewer characters on request", () => {
    expect(cutText("x".repeat(60), 20)).toBe(`${"x".repeat(13)}… (cut)`);
    expect(cutText("x".repeat(20), 20)).toBe("x".repeat(20));
  });

  it("cuts no character in two", () => {
    for (const before of ["", "x"]) expect(cutText(`${before}${"😀".repeat(TEXT_MAX)}`).isWellFormed()).toBe(true);
  });
});
