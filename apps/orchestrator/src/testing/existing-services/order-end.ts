import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { OrderStack, type OrderStackOptions } from "../stack/order-stack.ts";
import { type Failure, type FaultPoint, faultOf, faultPoints } from "./failures.ts";

/** The timeout of a call in these runs. The gateway's is shorter. */
const CALL_TIMEOUT_MS = 3_000;
const GATEWAY_TIMEOUT_MS = 2_000;
const POLL_MS = 20;

/** The end of an order at doubles of the existing services: unkeyed, forgetful, directly or behind their gateway. */
export interface OrderEnd {
  readonly status: string;
  readonly state: string;
  readonly explanation: string;
  /** How often each route had an effect. */
  readonly effects: Readonly<Record<string, number>>;
  readonly orders: number;
  readonly payments: number;
  readonly isStockWhole: boolean;
}

const sagaView = z.looseObject({
  saga_id: z.string(),
  status: z.string(),
  state: z.string(),
  explanation: z.string().default(""),
});

/** An order at doubles of the existing services. */
export interface OrderRun {
  readonly variables?: Readonly<Record<string, string>>;
  readonly stack?: Pick<OrderStackOptions, "gateway" | "storeManagerFront" | "paymentsFront">;
  /** Called before the order is placed. */
  readonly prepare?: (stack: OrderStack) => Promise<void>;
  /** Called when the order is placed, and is not at its end yet. */
  readonly meanwhile?: (stack: OrderStack) => Promise<void>;
}

/** Places an order at doubles of the existing services, and waits for its end. */
export async function runOrder({ variables = {}, stack: options = {}, prepare, meanwhile }: OrderRun): Promise<OrderEnd> {
  const usual = { CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS), SAGA_DEADLINE_MS: "60000" };
  const stack = await OrderStack.start({ keyed: false, isForgetful: true, variables: { ...usual, ...variables }, ...options });
  try {
    const { stock: stockBefore } = await stack.effects();
    await prepare?.(stack);
    await stack.order({ user_id: 1, items: [{ product_id: 3, quantity: 2 }] }, { prefer: "respond-async" });
    await meanwhile?.(stack);
    const { status, state, explanation } = await untilRest(stack);
    const { routes, orders, payments, stock } = await stack.effects();
    const effects = Object.fromEntries(
      [...new Set(routes)].map((route) => [route, routes.filter((other) => other === route).length]),
    );
    const isStockWhole = JSON.stringify(stock) === JSON.stringify(stockBefore);
    return { status, state, explanation, effects, orders, payments, isStockWhole };
  } finally {
    await stack.stop();
  }
}

/** Places an order during which one thing fails once, and waits for its end. */
export async function runOrderWith(
  failure: Failure,
  point: FaultPoint,
  { isBehindGateway }: { readonly isBehindGateway: boolean },
): Promise<OrderEnd> {
  return await runOrder({
    ...(isBehindGateway && { stack: { gateway: { timeoutMs: GATEWAY_TIMEOUT_MS } } }),
    prepare: (stack) => setFaults(stack, failure, point),
  });
}

async function setFaults(stack: OrderStack, failure: Failure, point: FaultPoint): Promise<void> {
  const { service, route, ...rest } = faultPoints[point];
  if ("isUndoing" in rest) {
    // Of two calls to one route, the second is the rollback.
    await refusePayment(stack);
    if (route === "PUT /stocks") await stack.fault(stack.storeManager, { route, fault: "delay", delay_ms: 0, times: 1 });
  }
  await stack.fault(stack[service], { route, ...faultOf(point, failure), times: 1 });
}

/** The refused payment turns the saga to compensation. */
export async function refusePayment(stack: OrderStack): Promise<void> {
  await stack.fault(stack.payments, { route: "POST /payments", fault: "status", status: 402, times: 1 });
}

async function untilRest(stack: OrderStack): Promise<z.output<typeof sagaView>> {
  while (true) {
    const { body } = await stack.request("/sagas");
    const [saga] = z.array(sagaView).parse(body["items"]);
    if (saga && saga.status !== "running") return saga;
    await setTimeout(POLL_MS);
  }
}

/** The end in a few words, for a table. */
export function describeEnd({ status, state }: Pick<OrderEnd, "status" | "state">): string {
  return status === "needs_intervention" ? `needs a human, in \`${state}\`` : status;
}
