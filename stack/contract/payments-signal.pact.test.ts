import { setTimeout } from "node:timers/promises";
import { MatchersV3 } from "@pact-foundation/pact";
import { makePayments } from "mock-payments";
import { type Interaction, pactBetween, pathFrom, valueFrom } from "test-kit/pact";
import { describe } from "vitest";
import { z } from "zod";

const { like, uuid } = MatchersV3;

/** What a Payments API needs that signals what it processed: to be told that its signal counts, or that it came too late. */
const pact = pactBetween("payments", "orchestrator");

const sagaId = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";
const step = "await-payment";
const anId = { example: "1", pattern: "\\d+" };
const laptop = { user_id: 1, product_id: 1, quantity: 2 };

const signal: Interaction["request"] = {
  method: "POST",
  path: pathFrom("payment_id", (id) => `/signals/order-paid-later/${step}/${id}`, anId),
  headers: { "Idempotency-Key": pathFrom("payment_id", (id) => `"payments/${id}/processed"`, anId) },
  body: { order_id: valueFrom("order_id", 1), payment_id: valueFrom("payment_id", 1), is_paid: true },
};

const sent = z.object({ items: z.array(z.object({ status: z.int().nullable(), state: z.string() })) });

/** Processes payment 1 of order 1, and gives what becomes of its signal. */
async function process(orchestratorUrl: string): Promise<object> {
  const signalUrl = `${orchestratorUrl}/signals/order-paid-later/${step}`;
  const { url, close } = await makePayments({ keyed: false, signalUrl }).listen({ host: "127.0.0.1", port: 0 });
  try {
    await post(`${url}/payments`, { user_id: 1, order_id: 1, total_amount: 99.53 });
    await post(`${url}/payments/process/1`, { cardNumber: 4111, cardCode: 123, expirationDate: "2030-01-05" });
    // A signal that the pact does not have is answered 500, and sent again.
    for (let tries = 0; tries < 1_000; tries += 1) {
      const [signalled] = sent.parse(await (await fetch(`${url}/control/signals`)).json()).items;
      if (signalled && signalled.status !== null) return signalled;
      await setTimeout(5);
    }
    throw new Error("The signal was not answered.");
  } finally {
    await close();
  }
}

async function post(url: string, body: object): Promise<void> {
  const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  await reply.body?.cancel();
}

describe("POST /signals/{definition}/{step}/{correlation}", () => {
  pact("a signal that the payment was processed", {
    call: "signal",
    reply: "accepted",
    given: [["an order waits for its payment", laptop]],
    request: signal,
    response: { status: 202, body: { saga_id: uuid(sagaId), step, signal: "taken" } },
    make: process,
    outcome: { state: "accepted" },
  });

  pact("a signal that the payment was processed, after its order was undone", {
    call: "signal",
    reply: "late",
    given: [["an order was undone because nobody paid", laptop]],
    request: signal,
    response: {
      status: 409,
      headers: { "Content-Type": "application/problem+json" },
      body: { type: "signal-late", status: 409, detail: like("The saga has ended.") },
    },
    make: process,
    outcome: { state: "late" },
  });
});
