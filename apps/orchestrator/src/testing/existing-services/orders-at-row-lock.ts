import { setTimeout } from "node:timers/promises";
import { randomFrom } from "saga-core/testing";
import { z } from "zod";
import { OrderStack } from "../stack/order-stack.ts";
import { listenRowLock } from "./row-lock.ts";

/** Stands for MySQL's 50 s, so that a test need not wait for them. */
const LOCK_WAIT_MS = 300;
const POLL_MS = 50;
const PAGE = 200;

const page = z.object({
  items: z.array(z.looseObject({ status: z.string() })),
  next: z.string().optional(),
});

/** How many orders ended in which way, and what is left of them at the services. */
export interface OrdersEnd {
  readonly completed: number;
  readonly cancelled: number;
  readonly needHuman: number;
  readonly orders: number;
  readonly payments: number;
  /** How many pieces left the stock. */
  readonly stockTaken: number;
}

interface OrdersOptions {
  readonly orders: number;
  /** How many callers place them, each one after the other. */
  readonly callers: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly seed?: number;
  /** Whether Payments refuses every payment, so that each order meets its own lock when its stock is put back. */
  readonly isPaymentRefused?: boolean;
}

/** Places orders of two products at doubles of the existing services with their row lock, and waits until all are at rest. */
export async function placeOrdersAtRowLock({
  orders,
  callers,
  variables,
  seed = 1,
  isPaymentRefused = false,
}: OrdersOptions): Promise<OrdersEnd> {
  const random = randomFrom(seed);
  const stack = await OrderStack.start({
    keyed: false,
    isForgetful: true,
    storeManagerFront: (storeManagerUrl) => listenRowLock({ storeManagerUrl, lockWaitMs: LOCK_WAIT_MS, random }),
    variables,
  });
  try {
    if (isPaymentRefused) await stack.fault(stack.payments, { route: "POST /payments", fault: "status", status: 402 });
    const before = sumOf((await stack.effects()).stock);
    let left = orders;
    const place = async () => {
      while (left > 0) {
        left -= 1;
        const product_id = random() < 0.5 ? 1 : 2;
        await stack.order({ user_id: 1, items: [{ product_id, quantity: 1 }] });
      }
    };
    await Promise.all(Array.from({ length: callers }, place));
    while ((await count(stack, "running")) > 0) await setTimeout(POLL_MS);
    const effects = await stack.effects();
    return {
      completed: await count(stack, "completed"),
      cancelled: await count(stack, "cancelled"),
      needHuman: await count(stack, "needs_intervention"),
      orders: effects.orders,
      payments: effects.payments,
      stockTaken: before - sumOf(effects.stock),
    };
  } finally {
    await stack.stop();
  }
}

async function count(stack: OrderStack, status: string): Promise<number> {
  const { body } = await stack.request(`/sagas?status=${status}&limit=${PAGE}`);
  return page.parse(body).items.length;
}

function sumOf(stock: unknown): number {
  return Object.values(z.record(z.string(), z.number()).parse(stock)).reduce((sum, quantity) => sum + quantity, 0);
}
