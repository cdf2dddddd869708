import { describe, expect, it } from "vitest";
import { placeOrdersAtRowLock } from "./testing/existing-services/orders-at-row-lock.ts";
import { existingServicesVariables } from "./testing/existing-services/variables.ts";

/** What is left at the services fits what the sagas say. */
function expectNothingLeft({ completed, orders, payments, stockTaken }: Awaited<ReturnType<typeof placeOrdersAtRowLock>>): void {
  expect({ orders, payments, stockTaken }).toEqual({ orders: completed, payments: completed, stockTaken: completed });
}

describe("orders at a Store Manager whose PUT /stocks never commits", () => {
  it("ask a human where a call's deadline is below the lock wait, because nobody hears what the service says", async () => {
    const end = await placeOrdersAtRowLock({ orders: 20, callers: 1, variables: { CALL_TIMEOUT_MS: "100" } });
    expect(end.needHuman).toBeGreaterThan(0);
  });

  it.for<[number, number]>([
    [20, 1],
    [200, 8],
  ])(
    "ask nobody where the service is heard out: %d orders by %d callers complete or leave nothing",
    async ([orders, callers]) => {
      const end = await placeOrdersAtRowLock({ orders, callers, variables: existingServicesVariables });
      expect({ ...end, completed: undefined, cancelled: undefined, sum: end.completed + end.cancelled }).toMatchObject({
        needHuman: 0,
        sum: orders,
      });
      expectNothingLeft(end);
    },
  );

  it("are undone through their own row lock when the payment is refused, and leave nothing", async () => {
    const end = await placeOrdersAtRowLock({
      orders: 10,
      callers: 2,
      variables: existingServicesVariables,
      isPaymentRefused: true,
    });
    expect(end).toEqual({ completed: 0, cancelled: 10, needHuman: 0, orders: 0, payments: 0, stockTaken: 0 });
  });
});
