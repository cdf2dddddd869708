import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { OrderStack } from "./order-stack.ts";

/** How long a call may take in these runs; the gateway gives up before. */
const CALL_TIMEOUT_MS = 3_000;
const GATEWAY_TIMEOUT_MS = 2_000;
const HANGS_MS = 30_000;
const LOOK_MS = 20;

/** Where something goes wrong: the call, and the service that it is made to. */
export const places = {
  "create-order": { service: "storeManager", route: "POST /orders" },
  "create-order, reading the amount": { service: "storeManager", route: "GET /orders/{order_id}" },
  "decrease-stock": { service: "storeManager", route: "PUT /stocks" },
  "create-payment": { service: "payments", route: "POST /payments" },
  "undoing create-order": { service: "storeManager", route: "DELETE /orders/{order_id}", isUndoing: true },
  "undoing decrease-stock": { service: "storeManager", route: "PUT /stocks", isUndoing: true },
} as const;

export type Place = keyof typeof places;

/** What goes wrong, once. */
export const failures = {
  "a refusal (402)": { fault: "status", status: 402 },
  "a 500 with an error text": { fault: "status", status: 500 },
  "503 with Retry-After": { fault: "status", status: 503, retry_after_s: 0 },
  "503 without": { fault: "status", status: 503 },
  "cut before it is done": { fault: "drop_before" },
  "cut after it was done": { fault: "drop_after" },
  "half an answer": { fault: "malformed" },
  "it hangs, and does it later": { fault: "delay", delay_ms: HANGS_MS },
} as const;

export type Failure = keyof typeof failures;

export const allFailures = Object.keys(failures).filter((name): name is Failure => Object.hasOwn(failures, name));

/** Where something can go wrong. Behind the gateway nothing is refused that could be told from a failure, so that nothing turns back by itself. */
export function placesOf(isBehindGateway: boolean): readonly Place[] {
  const all = Object.keys(places).filter((name): name is Place => Object.hasOwn(places, name));
  return all.filter((place) => !isBehindGateway || !("isUndoing" in places[place]));
}

/** How an order ended at the existing services as they are: unkeyed, forgetful, directly or behind their gateway. */
export interface Happening {
  readonly status: string;
  readonly state: string;
  readonly explanation: string;
  /** How often each call had an effect. */
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

/** Places an order, lets one thing go wrong, and looks how it ends. */
export async function whatHappens(
  place: Place,
  failure: Failure,
  { isBehindGateway }: { readonly isBehindGateway: boolean },
): Promise<Happening> {
  const stack = await OrderStack.start({
    keyed: false,
    isForgetful: true,
    variables: { CALL_TIMEOUT_MS: String(CALL_TIMEOUT_MS), SAGA_DEADLINE_MS: "60000" },
    ...(isBehindGateway && { gateway: { timeoutMs: GATEWAY_TIMEOUT_MS } }),
  });
  try {
    const { service, route, ...rest } = places[place];
    const before = await stack.effects();
    if ("isUndoing" in rest) {
      // The refused payment makes the saga turn back; of two calls on one route the second one is the rollback.
      await stack.fault(stack.payments, { route: "POST /payments", fault: "status", status: 402, times: 1 });
      if (route === "PUT /stocks") await stack.fault(stack.storeManager, { route, fault: "delay", delay_ms: 0, times: 1 });
    }
    await stack.fault(stack[service], { route, ...failures[failure], times: 1 });
    await stack.order({ user_id: 1, items: [{ product_id: 3, quantity: 2 }] }, { prefer: "respond-async" });
    const saga = await settled(stack);
    const { routes, orders, payments, stock } = await stack.effects();
    const effects = Object.fromEntries(
      [...new Set(routes)].map((each) => [each, routes.filter((other) => other === each).length]),
    );
    const isStockWhole = JSON.stringify(stock) === JSON.stringify(before.stock);
    return { status: saga.status, state: saga.state, explanation: saga.explanation, effects, orders, payments, isStockWhole };
  } finally {
    await stack.stop();
  }
}

async function settled(stack: OrderStack): Promise<z.output<typeof sagaView>> {
  while (true) {
    const { body } = await stack.request("/sagas");
    const [saga] = z.array(sagaView).parse(body["items"]);
    if (saga && saga.status !== "running") return saga;
    await setTimeout(LOOK_MS);
  }
}

/** In a few words, for a table. */
export function describeOutcome({ status, state }: Pick<Happening, "status" | "state">): string {
  return status === "needs_intervention" ? `a human is asked, in \`${state}\`` : status;
}
