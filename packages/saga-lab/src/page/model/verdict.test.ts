import { describe, expect, it } from "vitest";
import type { WorldState } from "../../api/index.ts";
import { verdictOf } from "./verdict.ts";

const ends = { completed: 1, undone: 0, under_way: 0, needs_human: 0, unanswered: 0, refused: 0 };
const sums = { orders: 1, stock: 1, payments: 1 };
const calm: WorldState = { sums, ends, differences: [], is_current: true };
const difference = { number: 1, orders: 0, stock: 0, payments: 1, saga_id: null };

describe("the verdict", () => {
  it("is that the books add up only when all orders are at rest, and both services could be read", () => {
    expect(verdictOf(calm, 1)).toBe("adds-up");
    expect(verdictOf({ ...calm, ends: { ...ends, under_way: 1 } }, 1)).toBe("under-way");
    expect(verdictOf({ ...calm, is_current: false }, 1)).toBe("unknown");
    expect(verdictOf({ ...calm, ends: { ...ends, needs_human: 1 } }, 1)).toBe("needs-human");
    expect(verdictOf(calm, 0)).toBe("nothing");
  });

  it("is that they do not as soon as one order at rest does not fit, but not by an old ledger", () => {
    expect(verdictOf({ ...calm, differences: [difference], ends: { ...ends, under_way: 5 } }, 6)).toBe("differs");
    expect(verdictOf({ ...calm, differences: [difference], is_current: false }, 6)).toBe("unknown");
  });
});
