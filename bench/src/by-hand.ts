import { type Context, service, TerminalError } from "@restatedev/restate-sdk";
import { connect, HttpCallError } from "@restatedev/restate-sdk-clients";
import { Hono } from "hono";
import { type OrderInput, orderInput } from "orchestrator/order";
import { Payments, StoreManager } from "orchestrator/participants";
import type { Outcome } from "saga-core";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";

export interface ByHandOptions {
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;
  readonly callTimeoutMs: number;
}

const requestSchema = z.object({ sagaId: z.string(), order: orderInput });

/**
 * The order saga as Restate's own guide has it written by hand (https://docs.restate.dev/guides/sagas): each call is a run, each step that is
 * done adds what undoes it, and a refusal, which is a terminal error, runs those in reverse. The same calls as ours; no deadline, no one to
 * ask, no list, nobody who can cancel it.
 */
export function orderByHand({ storeManagerUrl, paymentsUrl, callTimeoutMs }: ByHandOptions) {
  const storeManager = new StoreManager({ url: storeManagerUrl, keyed: true, callTimeoutMs });
  const payments = new Payments({ url: paymentsUrl, keyed: true, callTimeoutMs });
  return service({
    name: "OrderByHand",
    handlers: {
      place: async (context: Context, raw: unknown) => {
        const { sagaId, order } = requestSchema.parse(raw);
        const { user_id, items } = order;
        const attemptAt = (call: string) => ({ key: `${sagaId}/${call}` });
        const undo: (() => Promise<unknown>)[] = [];
        try {
          const created = await context.run("create-order", async () => {
            const { order_id } = given(await storeManager.createOrder({ user_id, items }, attemptAt("create-order/run")));
            const { total_amount } = given(await storeManager.readTotalAmount(order_id, attemptAt("create-order/run")));
            return { order_id, total_amount };
          });
          const { order_id, total_amount } = created;
          undo.push(() =>
            context.run("delete-order", async () =>
              given(await storeManager.deleteOrder(order_id, attemptAt("create-order/rollback"))),
            ),
          );
          await context.run("decrease-stock", async () =>
            given(await storeManager.decreaseStock(items, attemptAt("decrease-stock/run"))),
          );
          undo.push(() =>
            context.run("increase-stock", async () =>
              given(await storeManager.increaseStock(items, attemptAt("decrease-stock/rollback"))),
            ),
          );
          const { payment_id } = await context.run("create-payment", async () =>
            given(await payments.createPayment({ user_id, order_id, total_amount }, attemptAt("create-payment/run"))),
          );
          return { order_id, payment_id, status: "OK", saga_id: sagaId, state: "COMPLETED" };
        } catch (error) {
          if (error instanceof TerminalError) for (const each of undo.toReversed()) await each();
          throw error;
        }
      },
    },
  });
}

/** What a call gave; a refusal ends the saga, and anything else is tried again. */
function given<Result extends object>(outcome: Outcome<Result>): Result {
  if (outcome.outcome === "done") return outcome.result;
  if (outcome.outcome === "rejected") throw new TerminalError(outcome.reason, { errorCode: 409 });
  throw new Error(outcome.reason);
}

/** The same surface as ours, for one route. */
export function byHandApp(ingressUrl: string): Hono {
  const ingress = connect({ url: ingressUrl });
  const app = new Hono();
  app.post("/saga/order", async ({ req, json }) => {
    const parsed = orderInput.safeParse(await req.json());
    if (!parsed.success) return json({ errors: parsed.error.issues }, 422);
    const sagaId = uuidv7();
    const order: OrderInput = parsed.data;
    try {
      const placed = ingress.serviceClient<{ place: (context: Context, raw: unknown) => Promise<object> }>({
        name: "OrderByHand",
      });
      return json(await placed.place({ sagaId, order }));
    } catch (error) {
      if (error instanceof HttpCallError && error.status === 409) return json({ saga_id: sagaId, state: "CANCELLED" }, 409);
      throw error;
    }
  });
  return app;
}
