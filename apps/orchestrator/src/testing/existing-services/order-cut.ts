import { type Instant, listenCuttingFront } from "./cutting-front.ts";
import { type OrderEnd, refusePayment, runOrder } from "./order-end.ts";

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

/** Places an order at doubles of the existing services, and lets one thing happen at an instant of one call. */
export async function runOrderCut(call: CutCall, instant: Instant, mishap: Mishap): Promise<OrderEnd> {
  const { service, route, nth, isUndoing } = cutCalls[call];
  const reached = Promise.withResolvers<void>();
  const front = (targetUrl: string) => listenCuttingFront({ targetUrl, cut: { route, nth, instant }, onCut: reached.resolve });
  return await runOrder({
    // No call is to meet its deadline here.
    variables: { CALL_TIMEOUT_MS: "30000" },
    stack: service === "storeManager" ? { storeManagerFront: front } : { paymentsFront: front },
    ...(isUndoing && { prepare: refusePayment }),
    meanwhile: async (stack) => {
      await reached.promise;
      if (mishap === "killed") await stack.crash();
    },
  });
}
