import { Hono } from "hono";
import { orderInput } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import type { Attempt, Outcome } from "saga-core";
import { v7 as uuidv7 } from "uuid";
import { withDeadline } from "./with-deadline.ts";

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
    const call = <Result>(name: string, make: (attempt: Attempt) => Promise<Result>) =>
      withDeadline(`${sagaId}/${name}`, callTimeoutMs, make);
    const rollbacks: (() => Promise<Outcome>)[] = [];
    const cancel = async (step: string, reason: string) => {
      for (const rollback of rollbacks.toReversed()) await rollback();
      return json({ saga_id: sagaId, state: "CANCELLED", step, reason }, 409);
    };

    const order = await call("create-order/run", (attempt) => storeManager.createOrder({ user_id, items }, attempt));
    if (order.outcome !== "done") return await cancel("create-order", order.reason);
    const { order_id } = order.result;
    rollbacks.push(() => call("create-order/rollback", (attempt) => storeManager.deleteOrder(order_id, attempt)));
    const amount = await call("create-order/run", (attempt) => storeManager.readTotalAmount(order_id, attempt));
    if (amount.outcome !== "done") return await cancel("create-order", amount.reason);

    const stock = await call("decrease-stock/run", (attempt) => storeManager.decreaseStock(items, attempt));
    if (stock.outcome !== "done") return await cancel("decrease-stock", stock.reason);
    rollbacks.push(() => call("decrease-stock/rollback", (attempt) => storeManager.increaseStock(items, attempt)));

    const { total_amount } = amount.result;
    const payment = await call("create-payment/run", (attempt) =>
      payments.createPayment({ user_id, order_id, total_amount }, attempt),
    );
    if (payment.outcome !== "done") return await cancel("create-payment", payment.reason);
    return json({ order_id, payment_id: payment.result.payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" });
  });
  return app;
}
