import { describe, expect, it } from "vitest";
import { FirstCalls } from "./certainty.ts";

const MINUTE_MS = 60_000;

/** A process that has seen three sagas of its own begin here. */
function alone(): FirstCalls {
  const calls = new FirstCalls();
  for (const saga of ["a", "b", "c"]) {
    expect(calls.grant(saga, 0)).toBe(false);
    calls.begin(saga);
  }
  return calls;
}

describe("the first call of a saga", () => {
  it("is granted to the process that starts it, once it has seen its own sagas begin here", () => {
    const calls = alone();
    expect(calls.grant("d", 0)).toBe(true);
    expect([calls.begin("d"), calls.begin("d")]).toEqual([true, false]);
  });

  it("is not granted for a minute after a saga of another process came here", () => {
    const calls = alone();
    calls.metCompany(0);
    for (const saga of ["d", "e", "f"]) calls.begin(saga);
    expect(calls.grant("g", MINUTE_MS - 1)).toBe(false);
    expect(calls.grant("g", MINUTE_MS)).toBe(true);
  });

  it("is not granted any more when one that was granted began elsewhere", () => {
    const calls = alone();
    calls.grant("d", 0);
    calls.over("d", 0);
    expect(calls.grant("e", 1)).toBe(false);
  });

  it("is still granted when a start found that its key has a saga, and when one ended that began here", () => {
    const calls = alone();
    calls.grant("d", 0);
    calls.withdraw("d");
    calls.grant("e", 0);
    calls.begin("e");
    calls.over("e", 0);
    expect(calls.grant("f", 1)).toBe(true);
    expect(calls.begin("d")).toBe(false);
  });
});
