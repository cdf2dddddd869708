import { configure, type LogRecord, reset } from "@logtape/logtape";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

const DAY_MS = 86_400_000;
const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const key = { "idempotency-key": "k" };

let stack: OrderStack;
let lines: LogRecord[];

beforeEach(async () => {
  lines = [];
  const sink = (line: LogRecord) => {
    lines.push(line);
  };
  await configure({
    sinks: { list: sink },
    loggers: [
      { category: "orchestrator", sinks: ["list"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["list"] },
    ],
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await stack.stop();
  await reset();
});

/** Every warning but the one that each new journal brings. */
const warnings = () => {
  const all = lines.filter(({ level }) => level === "warning").map(({ message }) => message.join(""));
  return all.filter((warning) => !warning.includes("A new journal was made"));
};

describe("a start with the clock weeks ahead", () => {
  it("deletes nothing, so that the same key gets its first saga and pays nothing again, and the log says what to do", async () => {
    stack = await OrderStack.start();
    const first = await stack.order(oneItem, key);
    // The first deletions are made before the start is over.
    await stack.restart(() => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 40 * DAY_MS }));
    expect((await stack.order(oneItem, key)).body).toEqual(first.body);
    expect(await stack.effects()).toMatchObject({ orders: 1, payments: 1 });
    const today = new Date().toISOString().slice(0, 10);
    await expect.poll(warnings).toEqual([expect.stringContaining("no saga and no key is deleted until")]);
    expect(warnings()).toEqual([expect.stringContaining(`set CLOCK_ACCEPT=${today} at the next start`)]);
  });

  it("still deletes nothing at once when a person accepts the clock", async () => {
    // The system clock of this process never goes back: it is where the test above has set it.
    const now = Date.now() + 100 * DAY_MS;
    const today = new Date(now).toISOString().slice(0, 10);
    stack = await OrderStack.start({ variables: { CLOCK_ACCEPT: today } });
    const first = await stack.order(oneItem, key);
    await stack.restart(() => vi.useFakeTimers({ toFake: ["Date"], now }));
    expect((await stack.order(oneItem, key)).body).toEqual(first.body);
    expect(warnings()).toEqual([]);
  });
});
