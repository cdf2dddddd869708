import { MatchersV3 } from "@pact-foundation/pact";
import { done, rejected } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { pactBetween } from "test-kit/pact";
import { describe } from "vitest";
import { Payments } from "../src/participants/payments.ts";

/** The replies of the existing Payments API (docs/participants.md), which passes this pact unchanged. */
const pact = pactBetween("orchestrator-base", "payments");

const attempt = sampleAttempt();
const payments = (url: string) => new Payments({ url, keyed: false, callTimeoutMs: 30_000 });
const payment = { user_id: 1, order_id: 7, total_amount: 99.53 };

describe("POST /payments", () => {
  pact("a new payment", {
    call: "createPayment",
    reply: "promised",
    given: [["the order has no payment", { order_id: 7 }]],
    request: { method: "POST", path: "/payments", body: payment },
    response: { status: 201, body: { payment_id: MatchersV3.integer(3) } },
    make: (url) => payments(url).createPayment(payment, attempt),
    outcome: done({ payment_id: 3 }),
  });

  pact("a payment with an amount of 0", {
    call: "createPayment",
    reply: "a payment with a missing member",
    given: [["the order has no payment", { order_id: 7 }]],
    request: { method: "POST", path: "/payments", body: { ...payment, total_amount: 0 } },
    // Every exception has this status: the sentence says that it is none.
    response: {
      status: 400,
      body: { error: MatchersV3.regex(/^Vous devez indiquer [^\n]*$/, "Vous devez indiquer une valeur pour le paiement.") },
    },
    make: (url) => payments(url).createPayment({ ...payment, total_amount: 0 }, attempt),
    outcome: rejected("400 Vous devez indiquer une valeur pour le paiement."),
  });
});
