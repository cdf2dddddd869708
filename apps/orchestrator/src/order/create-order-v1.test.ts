import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Payments } from "../participants/payments.ts";
import { StoreManager } from "../participants/store-manager.ts";
import { answering, ScriptedParticipant } from "../testing/participants/scripted-participant.ts";
import { CreateOrder } from "./create-order.ts";
import { CreatePayment } from "./create-payment.ts";

let participant: ScriptedParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => participant.reset());
afterAll(() => participant.stop());

const input = { user_id: 1, items: [{ product_id: 1, quantity: 2 }] };
const options = () => ({ url: participant.url, keyed: false, callTimeoutMs: 30_000 });

/** Creates an order for which the Store Manager answers this amount, as JSON text. */
async function createOrder(amount: string) {
  participant.answer = (response, request) => {
    const body = request.method === "POST" ? '{"order_id":7}' : `{"total_amount":${amount}}`;
    answering({ status: 201, body, headers: { "content-type": "application/json" } })(response, request);
  };
  return await new CreateOrder(new StoreManager(options())).run(input, { key: "saga/create-order/run" });
}

describe("the amount of an order", () => {
  it.for<[string, string]>([
    ['"12345678901234567.89"', "total_amount 12345678901234567.89 would become 12345678901234568"],
    ["9007199254740991.4", "total_amount 9007199254740991.4 would become 9007199254740991"],
  ])("%s leaves the step in doubt, because the order exists; the reason names the amount", async ([amount, reason]) => {
    expect(await createOrder(amount)).toEqual({
      outcome: "unknown",
      reason: `order 7 was created, but its amount could not be read: 201 without the promised members: ${reason}`,
    });
  });

  it.for(['"2118.99"', '"2118.990"', "2118.99", "2.11899e3"])("%s is read as 2118.99", async (amount) => {
    expect(await createOrder(amount)).toEqual({ outcome: "done", result: { order_id: 7, total_amount: 2118.99 } });
  });

  it.for<[number, string]>([
    [2, "done"],
    [3, "unknown"],
  ])("is read at most three times: after %d failed reads the step is %s", async ([failures, outcome]) => {
    participant.answer = (response, request) => {
      const reads = participant.requests.filter(({ method }) => method === "GET").length;
      const read = reads > failures ? { status: 201, body: { total_amount: 5.75 } } : { status: 500 };
      answering(request.method === "POST" ? { status: 201, body: { order_id: 7 } } : read)(response, request);
    };
    const created = await new CreateOrder(new StoreManager(options())).run(input, { key: "saga/create-order/run" });
    expect(created.outcome).toBe(outcome);
    expect(participant.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET"]);
  });

  it("is sent to Payments as the same decimal number", async () => {
    const cents = fc.integer({ min: 1, max: 9_999_999_999 });
    await fc.assert(
      fc.asyncProperty(cents, async (total) => {
        participant.reset();
        const amount = `${Math.floor(total / 100)}.${String(total % 100).padStart(2, "0")}`;
        const created = await createOrder(`"${amount}"`);
        if (created.outcome !== "done") throw new Error(created.reason);
        participant.answer = answering({ status: 201, body: { payment_id: 3 } });
        await new CreatePayment(new Payments(options()), false).run({ ...input, ...created.result }, { key: "k" });
        const sent = /"total_amount":([\d.e+-]+)/.exec(participant.requests.at(-1)?.body ?? "")?.[1] ?? "";
        expect(Number(sent).toFixed(2)).toBe(amount);
        expect(sent).toBe(amount.replace(/\.?0+$/, ""));
      }),
      { numRuns: 50 },
    );
  });
});
