import { Hono } from "hono";
import { orderInput } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import type { Outcome } from "saga-core";
import { v7 as uuidv7 } from "uuid";

export interface NaiveOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  readonly callTimeoutMs: number;
}

/**
 * The order saga without an engine: the same runtime, server, clients and calls, and nothing else. Its state is in local variables and ends
 * with its process. It makes each call once, and ignores a rollback that fails.
 */
export function naiveOrchestrator({ storeManagerUrl, paymentsUrl, callTimeoutMs }: NaiveOptions): Hono {
  const storeManager = new StoreManager({ url: storeManagerUrl, keyed: true, callTimeoutMs });
  const payments = new Payments({ url: paymentsUrl, keyed: true, callTimeoutMs });
  const app = new Hono();

  app.post("/saga/order", async ({ req, json }) => {
    const parsed = orderInput.safeParse(await req.json());
    if (!parsed.success) return json({ errors: parsed.error.issues }, 422);
    const { user_id, items } = parsed.data;
    const sagaId = uuidv7();
    const attemptAt = (call: string) => ({ key: `${sagaId}/${call}` });
    const rollbacks: (() => Promise<Outcome>)[] = [];
    const cancel = async (step: string, reason: string) => {
      for (const rollback of rollbacks.toReversed()) await rollback();
      return json({ saga_id: sagaId, state: "CANCELLED", step, reason }, 409);
    };

    const order = await storeManager.createOrder({ user_id, items }, attemptAt("create-order/run"));
    if (order.outcome !== "done") return await cancel("create-order", order.reason);
    const { order_id } = order.result;
    rollbacks.push(() => storeManager.deleteOrder(order_id, attemptAt("create-order/rollback")));
    const amount = await storeManager.readTotalAmount(order_id, {});
    if (amount.outcome !== "done") return await cancel("create-order", amount.reason);

    const stock = await storeManager.decreaseStock(items, attemptAt("decrease-stock/run"));
    if (stock.outcome !== "done") return await cancel("decrease-stock", stock.reason);
    rollbacks.push(() => storeManager.increaseStock(items, attemptAt("decrease-stock/rollback")));

    const { total_amount } = amount.result;
    const payment = await payments.createPayment({ user_id, order_id, total_amount }, attemptAt("create-payment/run"));
    if (payment.outcome !== "done") return await cancel("create-payment", payment.reason);
    return json({ order_id, payment_id: payment.result.payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" });
  });
  return app;
}
