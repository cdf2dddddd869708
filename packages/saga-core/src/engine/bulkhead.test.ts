import { describe, expect, it } from "vitest";
import { Bulkhead } from "./bulkhead.ts";

describe("a bulkhead", () => {
  it("has room for as many calls as its limit, and again when one has left", () => {
    const bulkhead = new Bulkhead<string>(2);
    bulkhead.enter();
    bulkhead.enter();
    expect(bulkhead.room).toBe(0);
    bulkhead.leave();
    expect([bulkhead.room, bulkhead.callsInFlight]).toEqual([1, 1]);
  });

  it("gives queued calls in the order in which they came, and none that was withdrawn", () => {
    const bulkhead = new Bulkhead<string>(1);
    for (const call of ["a", "b", "c", "d"]) bulkhead.queue(call);
    bulkhead.withdraw("b");
    expect([bulkhead.queued, bulkhead.next(), bulkhead.next(), bulkhead.clear(), bulkhead.next()]).toEqual([
      3,
      "a",
      "c",
      ["d"],
      undefined,
    ]);
  });
});
