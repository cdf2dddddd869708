import { describe, expect, it } from "vitest";
import { type Fault, Faults } from "./faults.ts";

const ROUTE = "POST /payments";

function faultsOf(...all: readonly Fault[]): Faults {
  const faults = new Faults();
  for (const fault of all) faults.add(fault);
  return faults;
}

/** Which of the next requests meet a fault, as a row of marks. */
function hits(faults: Faults, count: number, body?: unknown): string {
  return Array.from({ length: count }, () => (faults.next(ROUTE, body) ? "x" : ".")).join("");
}

describe("a fault with a share", () => {
  it("hits that share of the requests, evenly spread, the first of them too", () => {
    expect(hits(faultsOf({ route: ROUTE, fault: "drop_after", share: 25 }), 8)).toBe("x...x...");
    const hundred = hits(faultsOf({ route: ROUTE, fault: "drop_after", share: 17 }), 100);
    expect([hundred.replaceAll(".", "").length, hundred[0]]).toEqual([17, "x"]);
    expect(hits(faultsOf({ route: ROUTE, fault: "drop_after" }), 3)).toBe("xxx");
  });

  it("counts down its times by the requests that it hit", () => {
    expect(hits(faultsOf({ route: ROUTE, fault: "drop_after", share: 50, times: 2 }), 6)).toBe("x.x...");
  });
});

describe("a fault of one user", () => {
  it("hits that user's requests, and no other user counts for its share", () => {
    const faults = faultsOf({ route: ROUTE, fault: "status", status: 429, user_id: 2, share: 50 });
    expect(hits(faults, 3, { user_id: 1 })).toBe("...");
    expect(hits(faults, 2, undefined)).toBe("..");
    expect(hits(faults, 4, { user_id: 2 })).toBe("x.x.");
  });
});
