import { renameSync, truncateSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

let stack: OrderStack;

beforeEach(async () => {
  stack = await OrderStack.start();
});

afterEach(() => stack.stop());

const oneItem = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const order = () => stack.order(oneItem, { "idempotency-key": "mine" });

it("an orchestrator whose journal was emptied does not start, so that no key pays twice, until JOURNAL_ACCEPT lets it", async () => {
  expect((await order()).status).toBe(200);
  const empty = (path: string) => truncateSync(path);
  await expect(stack.restart(empty)).rejects.toThrow(/the file is empty, but its last owner, process \d+ .*JOURNAL_ACCEPT=new/);
  await stack.restart(undefined, { JOURNAL_ACCEPT: "new" });
  expect((await stack.request("/sagas")).body["items"]).toEqual([]);
});

it("an orchestrator whose journal is gone is not ready at once, refuses starts, and goes on when it is back", async () => {
  const away = `${stack.journalPath}.away`;
  renameSync(stack.journalPath, away);
  const ready = await stack.request("/health/ready");
  expect([ready.status, ready.body["detail"]]).toEqual([503, expect.stringContaining(`the file ${stack.journalPath} is gone`)]);
  const refused = await order();
  expect([refused.status, refused.body["type"]]).toEqual([503, "journal-unavailable"]);
  expect(await stack.effects()).toMatchObject({ routes: [] });
  renameSync(away, stack.journalPath);
  await expect.poll(async () => (await stack.request("/health/ready")).status).toBe(200);
  expect((await order()).status).toBe(200);
});

it("an orchestrator ends when another file is in the place of its journal", async () => {
  renameSync(stack.journalPath, `${stack.journalPath}.away`);
  const { failed } = stack;
  writeFileSync(stack.journalPath, "");
  await expect(failed).rejects.toThrow(/another file was put in the place of/);
});

it("an orchestrator that is stopped while its journal is gone fails to drain: what it told is not there", async () => {
  expect((await order()).status).toBe(200);
  renameSync(stack.journalPath, `${stack.journalPath}.away`);
  await expect(stack.drain()).rejects.toThrow(/is gone/);
});
