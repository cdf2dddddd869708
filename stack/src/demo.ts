import process from "node:process";
import ansis from "ansis";
import { z } from "zod";
import { drawLadder } from "./ladder.ts";
import { Stack } from "./stack.ts";
import { watchStopSignal } from "./stop-signal.ts";
import { addUp, type Sums } from "./sums.ts";
import { call, ended, history, paymentState, storeState } from "./wire.ts";

/** An order of the demo: what is asked, how it must end, and what is arranged before it. */
interface Scene {
  readonly title: string;
  readonly order: object;
  readonly status: number;
  readonly arrange?: (stack: Stack) => Promise<unknown>;
}

const scenes: readonly Scene[] = [
  {
    title: "Two gadgets and four keyboards: everything is there",
    order: {
      user_id: 1,
      items: [
        { product_id: 3, quantity: 2 },
        { product_id: 2, quantity: 4 },
      ],
    },
    status: 200,
  },
  {
    title: "The same again: the gadgets are sold out",
    order: {
      user_id: 1,
      items: [
        { product_id: 3, quantity: 2 },
        { product_id: 2, quantity: 4 },
      ],
    },
    status: 409,
  },
  {
    title: "A screen for user 2, whose payments are refused",
    order: { user_id: 2, items: [{ product_id: 4, quantity: 1 }] },
    status: 409,
    arrange: ({ payments }) => call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] }),
  },
  {
    title: "A laptop, while Payments is stopped and nothing listens",
    order: { user_id: 1, items: [{ product_id: 1, quantity: 1 }] },
    status: 503,
    arrange: ({ payments }) => payments.stop(),
  },
];

/** Fewer attempts than the default, so that the demo waits less for the participant that is gone. */
const variables = { RETRY_ATTEMPTS_MAX: "4" };

async function play({ title, order, status, arrange }: Scene, number: number, stack: Stack): Promise<boolean> {
  await arrange?.(stack);
  const { orchestrator } = stack;
  print(ansis.bold(`${number}  ${title}`));
  const reply = await call(`${orchestrator.url}/saga/order`, ended, order);
  const { saga_id, type, order_id, payment_id } = reply.body;
  const { items } = (await call(`${orchestrator.url}/sagas/${saga_id}/events`, history)).body;
  const end = type === undefined ? `${reply.status} order ${order_id}, payment ${payment_id}` : `${reply.status} ${type}`;
  print(drawLadder(items, end, ansis));
  if (reply.status !== status) print(ansis.red(`   It should have been answered with ${status}.\n`));
  return reply.status === status;
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
  // The last scene stops Payments: what it holds is read before, and nothing can be added after.
  let payments = (await call(`${stack.payments.url}/control/state`, paymentState)).body;
  let isAsExpected = true;
  for (const [index, scene] of scenes.entries()) {
    if (index === scenes.length - 1) payments = (await call(`${stack.payments.url}/control/state`, paymentState)).body;
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

const { signal, ignore } = watchStopSignal();
const stack = await Stack.start({ variables });
const outcome = await Promise.race([
  demo(stack).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return false;
  }),
  signal,
]);
await stack.stop();
ignore();
process.exitCode = outcome === true ? 0 : 1;
