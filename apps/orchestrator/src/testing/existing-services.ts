import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { databaseText } from "./database-texts.ts";
import { OrderStack } from "./order-stack.ts";

/** How long a call may take in these runs; the gateway gives up before. */
const CALL_TIMEOUT_MS = 3_000;
const GATEWAY_TIMEOUT_MS = 2_000;
const HANGS_MS = 30_000;
const LOOK_MS = 20;

/**
 * Where something goes wrong: the call, the service that it is made to, the statement that its route begins with, and whether the route reads
 * the new row once more after its COMMIT.
 */
export const places = {
  "create-order": { service: "storeManager", route: "POST /orders", statement: "INSERT", readsAfterCommit: true },
  "create-order, reading the amount": { service: "storeManager", route: "GET /orders/{order_id}", statement: "SELECT" },
  "decrease-stock": { service: "storeManager", route: "PUT /stocks", statement: "UPDATE" },
  "create-payment": { service: "payments", route: "POST /payments", statement: "INSERT", readsAfterCommit: true },
  "undoing create-order": { service: "storeManager", route: "DELETE /orders/{order_id}", statement: "DELETE", isUndoing: true },
  "undoing decrease-stock": { service: "storeManager", route: "PUT /stocks", statement: "UPDATE", isUndoing: true },
} as const;

/** The status with which each service answers every exception. */
const exceptionStatus = { storeManager: 500, payments: 400 } as const;

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

/** What goes wrong, once, at the database behind the service: before its COMMIT, or behind it, when the new row is read once more. */
const databaseFailures = {
  "a value does not fit (1264)": { number: 1264, at: "the statement" },
  "a deadlock (1213)": { number: 1213, at: "the statement" },
  "a lock wait that times out (1205)": { number: 1205, at: "the statement" },
  "no connection to the database (2003)": { number: 2003, at: "connecting" },
  "no connection behind the COMMIT (2003)": { number: 2003, at: "connecting behind the COMMIT" },
  "the connection lost behind the COMMIT (2013)": { number: 2013, at: "reading behind the COMMIT" },
  "Redis gone behind the COMMIT": { number: undefined, at: "Redis" },
} as const;

type DatabaseFailure = keyof typeof databaseFailures;

export type Failure = keyof typeof failures | DatabaseFailure;

export const allFailures: readonly Failure[] = [
  ...Object.keys(failures).filter((name): name is keyof typeof failures => Object.hasOwn(failures, name)),
  ...Object.keys(databaseFailures).filter(isDatabaseFailure),
];

function isDatabaseFailure(name: string): name is DatabaseFailure {
  return Object.hasOwn(databaseFailures, name);
}

/** Whether it can go wrong there: only a new row is read behind the COMMIT, and only the Store Manager has a Redis. */
export function canHappen(place: Place, failure: Failure): boolean {
  if (
    !isDatabaseFailure(failure) ||
    databaseFailures[failure].at === "the statement" ||
    databaseFailures[failure].at === "connecting"
  )
    return true;
  return (
    "readsAfterCommit" in places[place] && (databaseFailures[failure].at !== "Redis" || places[place].service === "storeManager")
  );
}

/** The fault that a mock is given for it. */
function faultOf(failure: Failure, place: Place): object {
  if (!isDatabaseFailure(failure)) return failures[failure];
  const { service, statement } = places[place];
  const { number, at } = databaseFailures[failure];
  const status = exceptionStatus[service];
  switch (at) {
    case "the statement":
      return { fault: "status", status, error: databaseText({ number, statement }) };
    case "connecting":
      return { fault: "status", status, error: databaseText({ number }) };
    case "connecting behind the COMMIT":
      return { fault: "status_after", status, error: databaseText({ number }) };
    case "reading behind the COMMIT":
      return { fault: "status_after", status, error: databaseText({ number, statement: "SELECT" }) };
    case "Redis":
      return { fault: "status_after", status, error: "Error 111 connecting to redis:6379. Connection refused." };
  }
}

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
    await stack.fault(stack[service], { route, ...faultOf(failure, place), times: 1 });
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
  return status === "needs_intervention" ? `needs a human, in \`${state}\`` : status;
}
