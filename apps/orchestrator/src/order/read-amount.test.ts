import fc from "fast-check";
import { sampleAttempt } from "saga-core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Payments } from "../participants/payments.ts";
import { StoreManager } from "../participants/store-manager.ts";
import { answering, ScriptedParticipant } from "../testing/participants/scripted-participant.ts";
import { CreatePayment } from "./create-payment.ts";
import { ReadAmount } from "./read-amount.ts";

let participant: ScriptedParticipant;

beforeAll(async () => {
  participant = await ScriptedParticipant.start();
});
beforeEach(() => participant.reset());
afterAll(() => participant.stop());

const options = () => ({ url: participant.url, keyed: false, callTimeoutMs: 30_000 });

/** Reads an order for which the Store Manager answers this amount, as JSON text. */
async function readAmount(amount: string) {
  const body = `{"total_amount":${amount}}`;
  participant.answer = answering({ status: 201, body, headers: { "content-type": "application/json" } });
  return await new ReadAmount(new StoreManager(options())).run({ order_id: 7 }, sampleAttempt());
}

describe("the amount of an order", () => {
  it.for<[string, string]>([
    ['"12345678901234567.89"', "total_amount 12345678901234567.89 would become 12345678901234568"],
    ["9007199254740991.4", "total_amount 9007199254740991.4 would become 9007199254740991"],
  ])("%s is refused, because another amount would be paid; the reason names it", async ([amount, reason]) => {
    expect(await readAmount(amount)).toEqual({ outcome: "rejected", reason });
  });

  it.for(['"2118.99"', '"2118.990"', "2118.99", "2.11899e3"])("%s is read as 2118.99", async (amount) => {
    expect(await readAmount(amount)).toEqual({ outcome: "done", result: { total_amount: 2118.99 } });
  });

  it("0.00 is read: Payments decides on it", async () => {
    expect(await readAmount('"0.00"')).toEqual({ outcome: "done", result: { total_amount: 0 } });
  });

  it.for(["-1", '"-1.00"', '"1e3"', '""', "null", "true", '"12,50"'])(
    "%s is none: the read is repeated, because nothing was changed",
    async (amount) => {
      expect(await readAmount(amount)).toMatchObject({ outcome: "unavailable" });
    },
  );

  it("is read without a key", async () => {
    await readAmount("1.5");
    expect(participant.requests.map(({ headers }) => headers["idempotency-key"])).toEqual([undefined]);
  });

  it("is sent to Payments as the same decimal number", async () => {
    const cents = fc.integer({ min: 1, max: 9_999_999_999 });
    await fc.assert(
      fc.asyncProperty(cents, async (total) => {
        participant.reset();
        const amount = `${Math.floor(total / 100)}.${String(total % 100).padStart(2, "0")}`;
        const read = await readAmount(`"${amount}"`);
        if (read.outcome !== "done") throw new Error(read.reason);
        participant.answer = answering({ status: 201, body: { payment_id: 3 } });
        await new CreatePayment(new Payments(options()), false).run({ user_id: 1, order_id: 7, ...read.result }, sampleAttempt());
        const sent = /"total_amount":([\d.e+-]+)/.exec(participant.requests.at(-1)?.body ?? "")?.[1] ?? "";
        expect(Number(sent).toFixed(2)).toBe(amount);
        expect(sent).toBe(amount.replace(/\.?0+$/, ""));
      }),
      { numRuns: 50 },
    );
  });
});
