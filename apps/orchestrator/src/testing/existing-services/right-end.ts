import { expect } from "vitest";
import type { OrderEnd } from "./order-end.ts";

/** Completed: one effect of each call. Cancelled: no effect remains. Otherwise a person gets an explanation of where to look (rule 8). */
export function expectRightEnd({ status, explanation, effects, orders, payments, isStockWhole }: OrderEnd): void {
  // PUT /stocks takes the stock and puts it back.
  for (const [route, count] of Object.entries(effects))
    expect([route, count <= (route === "PUT /stocks" ? 2 : 1)]).toEqual([route, true]);
  switch (status) {
    case "completed":
      expect({ orders, payments, isStockWhole }).toEqual({ orders: 1, payments: 1, isStockWhole: false });
      return;
    case "cancelled":
      expect({ orders, payments, isStockWhole }).toEqual({ orders: 0, payments: 0, isStockWhole: true });
      return;
    default:
      expect(status).toBe("needs_intervention");
      expect(explanation).toMatch(/\blook (in|for|there)\b|Find out there/);
      expect(explanation).toContain("Resolve, ");
  }
}
