import process from "node:process";
import ansis from "ansis";
import { runProcess, watchStopSignal } from "service-kit";
import { z } from "zod";
import { drawLadder } from "./ladder.ts";
import { watchLaunchers } from "./launchers.ts";
import { sampleOrder } from "./sample-order.ts";
import { ServiceError } from "./service-process.ts";
import { Stack } from "./stack.ts";
import { addUp, type Sums } from "./sums.ts";
import { type OrderAnswer, WebClient } from "./web-client.ts";
import { call, type PaymentState, paymentState, storeState } from "./wire.ts";

/** An order of the demo, the end that it must have, and a preparation. */
interface Scene {
  readonly title: string;
  readonly order: object;
  readonly end: OrderAnswer["kind"];
  readonly prepare?: (stack: Stack) => Promise<unknown>;
}

const scenes: readonly Scene[] = [
  {
    title: "Two gadgets and four keyboards: everything is there",
    order: sampleOrder,
    end: "created",
  },
  {
    title: "The same again: the gadgets are sold out",
    order: sampleOrder,
    end: "refused",
  },
  {
    title: "A screen for user 2, whose payments are refused",
    order: { user_id: 2, items: [{ product_id: 4, quantity: 1 }] },
    end: "refused",
    prepare: ({ payments }) => call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] }),
  },
  {
    title: "A laptop, while Payments is stopped and nothing listens",
    order: { user_id: 1, items: [{ product_id: 1, quantity: 1 }] },
    end: "unavailable",
    prepare: ({ payments }) => payments.stop(),
  },
];

/** Fewer and earlier attempts than by default, so that the demo waits less for the participant that is stopped. */
const variables = { RETRY_ATTEMPTS_MAX: "4", RETRY_BACKOFF_MS_BASE: "20" };

async function play({ title, order, end, prepare }: Scene, number: number, stack: Stack): Promise<boolean> {
  await prepare?.(stack);
  const client = new WebClient(stack.orchestrator.url);
  print(ansis.bold(`${number}  ${title}`));
  const answer = await client.placeOrder(order);
  if ("saga_id" in answer && typeof answer.saga_id === "string") {
    print(drawLadder(await client.history(answer.saga_id), describeAnswer(answer), ansis));
  }
  if (answer.kind !== end) print(ansis.red(`   It should have been ${end}: ${describeAnswer(answer)}\n`));
  return answer.kind === end;
}

function describeAnswer(answer: OrderAnswer): string {
  switch (answer.kind) {
    case "created":
      return `200 order ${answer.order_id}, payment ${answer.payment_id}`;
    case "refused":
      return `409 ${answer.type}`;
    case "unavailable":
      return `503 ${answer.type}`;
    case "pending":
      return `202 ${answer.status}`;
    case "problem":
      return `${answer.status} ${answer.type}`;
  }
}

function printSums({ orders, stockTaken, payments, disagreements }: Sums): void {
  const taken = Object.entries(stockTaken).map(([product, quantity]) => `${quantity} of product ${product}`);
  print(ansis.bold("The ledgers, added up"));
  print(`   Store Manager   ${orders} order alive; taken from stock: ${taken.join(", ") || "nothing"}`);
  print(`   Payments        ${payments} payment`);
  for (const disagreement of disagreements) print(ansis.red(`   ✗ ${disagreement}`));
  if (disagreements.length === 0)
    print(ansis.green("   ✓ They agree: every order has its stock and its payment, and nothing else does."));
}

async function demo(stack: Stack): Promise<boolean> {
  const before = (await call(`${stack.storeManager.url}/control/state`, storeState)).body;
  let isAsExpected = true;
  let payments: PaymentState = { payments: [] };
  for (const [index, scene] of scenes.entries()) {
    // Read before each scene, because the last one stops Payments. No payment can be added after that.
    payments = (await call(`${stack.payments.url}/control/state`, paymentState)).body;
    isAsExpected = (await play(scene, index + 1, stack)) && isAsExpected;
  }
  const after = (await call(`${stack.storeManager.url}/control/state`, storeState)).body;
  const sums = addUp(before, after, payments);
  printSums(sums);
  return isAsExpected && sums.disagreements.length === 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** An order did not end as it must. The output says which. */
class DemoFailed extends Error {
  override readonly name = "DemoFailed";
}

const stopSignal = watchStopSignal(watchLaunchers());

await runProcess(
  async () => {
    const stack = await Stack.start({ variables });
    try {
      const isRight = await Promise.race([demo(stack), stopSignal.stopped.then(() => true)]);
      if (!isRight) throw new DemoFailed("An order of the demo did not end as it must.");
    } finally {
      await stack.stop();
    }
    return undefined;
  },
  { expected: [DemoFailed, ServiceError], stopSignal },
);
