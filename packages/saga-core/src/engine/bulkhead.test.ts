import { describe, expect, it } from "vitest";
import { Bulkhead } from "./bulkhead.ts";

describe("a bulkhead", () => {
  it("has room for as many calls as its limit, and again when one has left", () => {
    const bulkhead = new Bulkhead(2);
    bulkhead.enter();
    bulkhead.enter();
    expect(bulkhead.room).toBe(0);
    bulkhead.leave();
    expect([bulkhead.room, bulkhead.callsInFlight]).toEqual([1, 1]);
  });

  it("is stuck while calls past their deadline have every place", () => {
    const bulkhead = new Bulkhead(1);
    bulkhead.enter();
    bulkhead.expire();
    expect([bulkhead.isStuck, bulkhead.room]).toEqual([true, 0]);
    bulkhead.leaveExpired();
    expect([bulkhead.isStuck, bulkhead.room]).toEqual([false, 1]);
  });
});
