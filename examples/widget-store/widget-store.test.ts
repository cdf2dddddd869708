import { rejected } from "saga-core";
import { drawCounterexample, explorationPolicy, explore, given, SimulatedClock } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeServices } from "../testing/fake-services.ts";
import { runWithEachFault } from "../testing/run-with-faults.ts";
import { checkoutExample, checkoutScenario } from "./scenario.ts";
import { storeApi } from "./store-api.ts";

const { definition } = checkoutScenario;
const purchase = (signals: object = checkoutScenario.signals["await-payment"]) =>
  given(definition, { ...checkoutScenario, signals: { "await-payment": signals } });
const undone = ["open-payment", "reserve-widgets"];

describe("a checkout", () => {
  it("dispatches the widgets when they are paid", async () => {
    await purchase().expect({ state: "COMPLETED", calls: ["reserve-widgets/run", "open-payment/run", "dispatch-order/run"] });
  });

  it("closes the payment and returns the widgets when the payment fails", async () => {
    await purchase({ no: { status: "failed" } }).expect({ state: "CANCELLED", rolledBack: undone, standing: [] });
  });

  it("does the same when no webhook comes in time", async () => {
    await purchase({}).expect({ state: "CANCELLED", rolledBack: undone, standing: [] });
  });

  it("needs a human when the payment cannot be closed, because the customer has just paid", async () => {
    const standing = ["reserve-widgets", "open-payment"];
    await purchase({}).whenUndoing("open-payment", rejected("it is paid")).expect({ status: "needs_intervention", standing });
  });

  it("ends right in every run with one fault", async () => {
    const { counterexample, isWhole } = await explore({ ...checkoutScenario, policy: explorationPolicy }, { faults: 1 });
    expect(counterexample && drawCounterexample(counterexample)).toBeUndefined();
    expect(isWhole).toBe(true);
  });

  it("leaves all or nothing at its services, whichever call is refused or loses its reply", async () => {
    const all = ["inventory/reservations/1 dispatch", "payments/sessions/2"];
    expect(await runWithEachFault(checkoutExample)).toEqual({ all, wrong: [], needHuman: ["dispatch-order/run: refused"] });
  });
});

describe("the webhook of the payment provider", () => {
  let fakes: FakeServices;
  let clock: SimulatedClock;
  let store: Awaited<ReturnType<typeof storeApi>>;
  let saga: string;

  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json", prefer: "respond-async" };
    const reply = await store.app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: reply.status, location: reply.headers.get("location") ?? "", body: await reply.json() };
  };
  const sagaNow = async () => await (await store.app.request(saga)).json();
  const pay = async () => await post("/signals/checkout/await-payment/2", { status: "paid" });

  beforeEach(async () => {
    fakes = await FakeServices.start(checkoutExample.ids);
    clock = new SimulatedClock();
    store = await storeApi(fakes.url, clock, (error) => {
      throw error;
    });
    saga = (await post("/saga/checkout", checkoutExample.input)).location;
    await expect.poll(sagaNow).toMatchObject({ state: "AWAITING_PAYMENT", data: { payment_id: "2" } });
  });
  afterEach(async () => {
    await store.stop();
    await fakes.stop();
  });

  it("completes the checkout, and is told the same when it comes again", async () => {
    expect(await pay()).toMatchObject({ status: 202 });
    await expect.poll(sagaNow).toMatchObject({ status: "completed" });
    expect(await pay()).toMatchObject({ status: 202 });
    expect(fakes.standing).toEqual(["inventory/reservations/1 dispatch", "payments/sessions/2"]);
  });

  it("is refused and listed when it comes after the checkout was undone, because somebody must pay the customer back", async () => {
    clock.advanceBy(120_000);
    await expect.poll(sagaNow).toMatchObject({ status: "cancelled" });
    expect(await pay()).toMatchObject({ status: 409, body: { type: "signal-late" } });
    expect(await sagaNow()).toMatchObject({ late_signals: [{ step: "await-payment" }] });
    expect(fakes.standing).toEqual([]);
  });
});
