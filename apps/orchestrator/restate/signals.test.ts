import process from "node:process";
import { RESTATE_UNDER_TEST } from "orchestrator/testing";
import { systemClock as clock } from "saga-clock";
import { Controller, chain, defaultPolicy, PivotWaitHandler } from "saga-core";
import { sagaApp } from "saga-http";
import { listenForRestate, RestateEngine } from "saga-restate";
import { v7 as newId } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const HOUR_MS = 3_600_000;
const input = z.object({ ref: z.string() }).meta({ example: { ref: "A-1" } });
const payment = z.object({ payment_id: z.int() }).meta({ example: { payment_id: 7 } });
const paid = { payment_id: 7 };

class WaitForPayment extends PivotWaitHandler<z.output<typeof input>, z.output<typeof payment>> {
  override readonly step = "wait-for-payment";
  override readonly words = { state: "UNPAID", done: "Paid", failed: "NotPaid", timedOut: "NotPaidInTime" };
  override readonly gives = payment;
  override readonly accepts = payment;
  override readonly waitMs = 24 * HOUR_MS;
  override readonly onTimeout = "turn-back";
  override readonly correlation = "ref";
}

const ticketChain = () => chain(input).step(new WaitForPayment());

/** A ticket that is paid: its saga calls nobody. */
class TicketSagaController extends Controller<ReturnType<typeof ticketChain>> {
  constructor() {
    super({ name: "ticket", version: 1, chain: ticketChain(), policy: defaultPolicy });
  }
}

const controller = new TicketSagaController();
const [ingressUrl = "", adminUrl = ""] = (process.env[RESTATE_UNDER_TEST] ?? "").split(" ");
const engine = new RestateEngine({
  controllers: [controller],
  ingressUrl,
  adminUrl,
  namespace: "tickets",
  clock,
  random: Math.random,
  newId,
  sagasInFlightMax: 100,
  signalWaitMsMax: 100,
  retention: { sagasMs: HOUR_MS, keysMs: HOUR_MS },
  onDefect: (error) => expect.fail(String(error)),
});
const app = sagaApp({
  info: { title: "Tickets", version: "1" },
  engine,
  index: engine.index,
  clock,
  resources: [{ controller, input, result: payment }],
  syncWaitMsMax: 0,
  onError: () => undefined,
});

let close: () => Promise<void>;
beforeAll(async () => {
  const endpoint = await listenForRestate({
    services: engine.services,
    host: "127.0.0.1",
    port: 0,
    onWarning: () => undefined,
  });
  await engine.register(`http://127.0.0.1:${endpoint.port}`);
  close = async () => {
    await engine.drain(0);
    await endpoint.close(0);
  };
});
afterAll(async () => {
  await close();
});

async function post(path: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  const reply = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: reply.status, body: z.record(z.string(), z.unknown()).parse(await reply.json()) };
}

async function getJson(path: string) {
  return z.record(z.string(), z.unknown()).parse(await (await app.request(path)).json());
}

describe("the routes for signals on Restate", () => {
  it("take a signal by a correlation, repeat its answer, and list a late one until a person acknowledges it", async () => {
    const { body: started } = await post("/saga/ticket", { ref: "A-1" });
    const path = `/sagas/${String(started["saga_id"])}`;
    await expect.poll(() => getJson(path)).toMatchObject({ state: "UNPAID", steps: [{ status: "waiting" }] });
    expect(await post("/saga/ticket", { ref: "A-1" })).toMatchObject({ status: 409, body: { type: "correlation-taken" } });
    const signals = "/signals/ticket/wait-for-payment";
    expect(await post(`${signals}/A-2`, paid)).toMatchObject({ status: 404, body: { type: "correlation-unknown" } });
    expect(await post(`${signals}/A-1`, paid)).toMatchObject({ status: 202, body: { signal: "taken" } });
    expect(await post(`${signals}/A-1`, paid)).toMatchObject({ status: 202, body: { signal: "repeated" } });
    await expect.poll(() => getJson(path)).toMatchObject({ status: "completed", data: paid });
    const late = await post(`${path}/signals/wait-for-payment`, { payment_id: 8 });
    expect(late).toMatchObject({
      status: 409,
      body: { type: "signal-late", because: "another-signal", saga_status: "completed" },
    });
    expect(await getJson(path)).toMatchObject({ late_signals: [{ step: "wait-for-payment", result: { payment_id: 8 } }] });
    const listed = () => getJson("/sagas?late_signals=true");
    await expect.poll(listed).toMatchObject({ items: [{ saga_id: started["saga_id"] }] });
    expect((await post(`${path}/acknowledge`, { by: "ada" })).status).toBe(200);
    expect(await getJson(path)).not.toHaveProperty("late_signals");
    await expect.poll(listed).toMatchObject({ items: [] });
    expect((await post(`${path}/acknowledge`, { by: "ada" })).status).toBe(409);
  });

  it("end a wait as if its time were over", async () => {
    const { body: started } = await post("/saga/ticket", { ref: "B-1" });
    const path = `/sagas/${String(started["saga_id"])}`;
    await expect.poll(() => getJson(path)).toMatchObject({ state: "UNPAID" });
    expect((await post(`${path}/end-wait`, { step: "wait-for-payment", note: "long enough" })).status).toBe(202);
    await expect.poll(() => getJson(path)).toMatchObject({ status: "cancelled" });
  });
});
