import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { OrderStack } from "../stack/order-stack.ts";
import { type CutPoint, type Instant, listenCuttingFront } from "./cutting-front.ts";
import type { OrderEnd } from "./order-end.ts";

const POLL_MS = 20;

/** The calls of an order, forward and undone, by name. */
export const cutCalls = {
  "create-order": { service: "storeManager", route: "POST /orders", nth: 1, isUndoing: false },
  "decrease-stock": { service: "storeManager", route: "PUT /stocks", nth: 1, isUndoing: false },
  "read-amount": { service: "storeManager", route: "GET /orders/{id}", nth: 1, isUndoing: false },
  "create-payment": { service: "payments", route: "POST /payments", nth: 1, isUndoing: false },
  "undoing decrease-stock": { service: "storeManager", route: "PUT /stocks", nth: 2, isUndoing: true },
  "undoing create-order": { service: "storeManager", route: "DELETE /orders/{id}", nth: 1, isUndoing: true },
} as const;

export type CutCall = keyof typeof cutCalls;

export const cutCallNames: readonly CutCall[] = Object.keys(cutCalls).filter((name): name is CutCall =>
  Object.hasOwn(cutCalls, name),
);

export const instants: readonly Instant[] = ["not sent", "sent", "within the reply", "after the reply"];

/** What happens at the instant: the connection is cut, or the orchestrator is killed with it. */
export const mishaps = ["cut", "killed"] as const;

export type Mishap = (typeof mishaps)[number];

/** A connection that is cut after a complete reply is no failure. */
export function isPossibleCut(instant: Instant, mishap: Mishap): boolean {
  return mishap === "killed" || instant !== "after the reply";
}

const sagas = z.object({
  items: z.array(z.looseObject({ status: z.string(), state: z.string(), explanation: z.string().default("") })),
});

/** Places an order at doubles of the existing services, and lets one thing happen at an instant of one call. */
export async function runOrderCut(call: CutCall, instant: Instant, mishap: Mishap): Promise<OrderEnd> {
  const { service, route, nth, isUndoing } = cutCalls[call];
  const cut: CutPoint = { route, nth, instant };
  const reached = Promise.withResolvers<void>();
  const front = (targetUrl: string) => listenCuttingFront({ targetUrl, cut, onCut: reached.resolve });
  const stack = await OrderStack.start({
    keyed: false,
    isForgetful: true,
    variables: { CALL_TIMEOUT_MS: "30000", SAGA_DEADLINE_MS: "60000" },
    ...(service === "storeManager" ? { storeManagerFront: front } : { paymentsFront: front }),
  });
  try {
    const { stock: stockBefore } = await stack.effects();
    if (isUndoing) await stack.fault(stack.payments, { route: "POST /payments", fault: "status", status: 402, times: 1 });
    await stack.order({ user_id: 1, items: [{ product_id: 3, quantity: 2 }] }, { prefer: "respond-async" });
    await reached.promise;
    if (mishap === "killed") await stack.crash();
    const { status, state, explanation } = await untilRest(stack);
    const { routes, orders, payments, stock } = await stack.effects();
    const effects = Object.fromEntries(
      [...new Set(routes)].map((each) => [each, routes.filter((other) => other === each).length]),
    );
    return {
      status,
      state,
      explanation,
      effects,
      orders,
      payments,
      isStockWhole: JSON.stringify(stock) === JSON.stringify(stockBefore),
    };
  } finally {
    await stack.stop();
  }
}

async function untilRest(stack: OrderStack): Promise<z.output<typeof sagas>["items"][number]> {
  while (true) {
    const { body } = await stack.request("/sagas");
    const [saga] = sagas.parse(body).items;
    if (saga && saga.status !== "running") return saga;
    await setTimeout(POLL_MS);
  }
}
