import { describe, expect, it } from "vitest";
import { isSameJson, type Json } from "./json.ts";

describe("isSameJson", () => {
  const same: readonly (readonly [Json, Json])[] = [
    [
      { a: 1, b: { c: [1, "x", null], d: true } },
      { b: { d: true, c: [1, "x", null] }, a: 1 },
    ],
    [[], []],
    [{}, {}],
    ["a", "a"],
    [null, null],
  ];
  it.for(same)("finds that %j and %j are the same, in whatever order their members are", ([one, other]) => {
    expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([true, true]);
  });

  const different: readonly (readonly [Json, Json])[] = [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 1]],
    [["x"], { 0: "x" }],
    [[], {}],
    [null, {}],
    [1, "1"],
    [0, false],
    [JSON.parse('{"__proto__":{}}'), { a: {} }],
    [{ toString: 1 }, { a: 1 }],
  ];
  it.for(different)("tells %j from %j", ([one, other]) => {
    expect([isSameJson(one, other), isSameJson(other, one)]).toEqual([false, false]);
  });

  it("compares what is nested deeper than the stack is", () => {
    const deep = (inner: string): Json => JSON.parse(`${"[".repeat(5_000)}${inner}${"]".repeat(5_000)}`);
    expect([isSameJson(deep("1"), deep("1")), isSameJson(deep("1"), deep("2"))]).toEqual([true, false]);
  });
});
