import type { Pause } from "saga-core";
import { describe, expect, it } from "vitest";
import { readPauses, withoutAutomatic, withPause } from "./definition-pauses.ts";

const operators: Pause = { definition: "order", at: 1, by: "ada" };
const own: Pause = { definition: "order", at: 2, note: "20 of 20", automatic: true };
const other: Pause = { definition: "other", at: 3, automatic: true };

describe("the recorded pauses", () => {
  it("are read as earlier releases recorded them: each is an operator's", () => {
    expect(readPauses([{ definition: "order", at: 1, by: "ada" }])).toEqual([operators]);
    expect(readPauses(null)).toEqual([]);
    expect(readPauses([own])).toEqual([own]);
  });

  it("keep an operator's pause as it is", () => {
    expect(withPause([other], operators)).toEqual([other, operators]);
    expect(withPause([operators], { ...operators, at: 9, by: "alan" })).toBeUndefined();
    expect(withPause([operators], own)).toBeUndefined();
    expect(withPause([own], { ...own, at: 9 })).toBeUndefined();
  });

  it("make an operator's pause of one that the definition made itself, and keep since when it is paused", () => {
    expect(withPause([own, other], { definition: "order", at: 9, by: "ada" })).toEqual([
      other,
      { definition: "order", at: 2, by: "ada" },
    ]);
  });

  it("lose by trials only the pause that the trials are about", () => {
    expect(withoutAutomatic([own, other], own)).toEqual([other]);
    expect(withoutAutomatic([{ ...own, at: 9 }], own)).toBeUndefined();
    expect(withoutAutomatic([{ ...operators, at: own.at }], own)).toBeUndefined();
    expect(withoutAutomatic([], own)).toBeUndefined();
  });
});
