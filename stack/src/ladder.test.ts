import { Ansis } from "ansis";
import { describe, expect, it } from "vitest";
import { drawLadder } from "./ladder.ts";
import type { History } from "./web-client.ts";

const plain = new Ansis(0);

const item = (at: number, state: string, data: object = {}): History[number] => {
  const { step, ...rest } = { step: undefined, ...data };
  return { type: "any", at, ...(step !== undefined && { step }), data: { state, ...rest } };
};

describe("the ladder", () => {
  it("draws the steps down and the rollbacks up, with outcome, attempts and duration", () => {
    const run = { action: "run", outcome: "done" };
    const history = [
      item(0, "CREATING_ORDER"),
      item(7, "DECREASING_STOCK", { step: "create-order", ...run }),
      item(9, "DECREASING_STOCK", { step: "decrease-stock", action: "run", outcome: "unavailable", reason: "away" }),
      item(30, "DECREASING_STOCK"),
      item(40, "DECREASING_STOCK", { step: "decrease-stock", action: "run", outcome: "rejected", reason: "none left" }),
      item(40, "CANCELLING_ORDER"),
      item(52, "CANCELLED", { step: "create-order", action: "rollback", outcome: "done" }),
    ];
    expect(
      drawLadder(history, "409 saga-cancelled", plain),
    ).toBe(`   ↓ CREATING_ORDER    create-order    done         1 attempt         7 ms
   ✗ DECREASING_STOCK  decrease-stock  rejected     2 attempts       33 ms
     └ none left
   ↑ CANCELLING_ORDER  create-order    undone       1 attempt        12 ms
   ○ CANCELLED         409 saga-cancelled                            52 ms
`);
  });

  it("counts the duration of a read from the end of the step before it, whose state it shares", () => {
    const run = { action: "run", outcome: "done" };
    const history = [
      item(0, "DECREASING_STOCK"),
      item(7, "DECREASING_STOCK", { step: "decrease-stock", ...run }),
      item(10, "CREATING_PAYMENT", { step: "read-amount", ...run }),
    ];
    expect(drawLadder(history, "", plain)).toContain("read-amount     done         1 attempt         3 ms");
  });

  it("ends with the last state of the saga", () => {
    const history = [item(0, "PAYING"), item(5, "COMPLETED", { step: "pay", action: "run", outcome: "done" })];
    expect(drawLadder(history, "200", plain)).toContain("● COMPLETED");
  });
});
