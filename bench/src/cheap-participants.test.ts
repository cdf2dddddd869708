import { Payments, StoreManager } from "orchestrator/participants";
import { sampleAttempt } from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheapParticipants } from "./cheap-participants.ts";
import { orders } from "./participants.ts";

const items = orders.succeeding.order.items;

describe.each([false, true])("participants that are not what is measured, and close each connection: %s", (closes) => {
  let participants: CheapParticipants;
  let storeManager: StoreManager;
  let payments: Payments;

  beforeAll(async () => {
    participants = await CheapParticipants.start({ closes });
    const options = { url: participants.child.url, keyed: true, keepsConnections: true, callTimeoutMs: 30_000 };
    storeManager = new StoreManager(options);
    payments = new Payments(options);
  });
  afterAll(async () => {
    await Promise.all([storeManager.close(), payments.close()]);
    await participants.child.stop();
  });

  it("answer each call as the services do, and refuse the payment of a failing order", async () => {
    const attempt = sampleAttempt();
    const order = await storeManager.createOrder({ user_id: 1, items }, attempt);
    expect(order.outcome).toBe("done");
    const pay = async (user_id: number) => await payments.createPayment({ user_id, order_id: 1, total_amount: 1 }, attempt);
    const outcomes = [
      await storeManager.readTotalAmount(1, attempt),
      await storeManager.decreaseStock(items, attempt),
      await storeManager.increaseStock(items, attempt),
      await storeManager.deleteOrder(1, attempt),
      await pay(orders.succeeding.order.user_id),
      await pay(orders.failing.order.user_id),
    ];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "done", "done", "rejected"]);
  });
});
