import { describe, expect, it } from "vitest";
import { allFailures, faultPointsOf, isPossible } from "./testing/existing-services/failures.ts";
import { describeEnd, type OrderEnd, runOrderWith } from "./testing/existing-services/order-end.ts";

/** Completed: one effect of each call. Cancelled: no effect remains. Otherwise a person gets an explanation of where to look (rule 8). */
function expectRightEnd({ status, explanation, effects, orders, payments, isStockWhole }: OrderEnd): void {
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
      expect(explanation).toMatch(/(Look at|Look there|Find out there)/);
      expect(explanation).toContain("Resolve, ");
  }
}

const casesOf = (isBehindGateway: boolean) =>
  faultPointsOf(isBehindGateway).flatMap((point) =>
    allFailures.filter((failure) => isPossible(point, failure)).map((failure) => [failure, point] as const),
  );

describe("an order at the existing services", () => {
  it.for(casesOf(false))("ends right or needs a human after %s at %s, without the gateway", async ([failure, point]) => {
    expectRightEnd(await runOrderWith(failure, point, { isBehindGateway: false }));
  });

  it.for(casesOf(true))("ends right or needs a human after %s at %s, behind the gateway", async ([failure, point]) => {
    expectRightEnd(await runOrderWith(failure, point, { isBehindGateway: true }));
  });

  it("is cancelled by a refused payment without the gateway, and needs a human behind it", async () => {
    const [direct, behind] = [
      await runOrderWith("a refusal (402)", "create-payment", { isBehindGateway: false }),
      await runOrderWith("a refusal (402)", "create-payment", { isBehindGateway: true }),
    ];
    expect([describeEnd(direct), describeEnd(behind)]).toEqual(["cancelled", "needs a human, in `CREATING_PAYMENT`"]);
  });
});
