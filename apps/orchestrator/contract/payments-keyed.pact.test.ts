import { MatchersV3 } from "@pact-foundation/pact";
import { done } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { answered, type ContractRequest, oweFirstAnswer, pactBetween, withKey } from "test-kit/pact";
import { describe } from "vitest";
import { Payments } from "../src/participants/payments.ts";

/** The pact that a Payments API must pass before it may be configured as keyed (PAYMENTS_KEYED). */
const pact = pactBetween("orchestrator-keyed", "payments");

const key = "saga/step/run";
const attempt = sampleAttempt({ key });
const payments = (url: string) => new Payments({ url, keyed: true, callTimeoutMs: 30_000 });
const payment = { user_id: 2, order_id: 7, total_amount: 99.53 };
const pay: ContractRequest = { method: "POST", path: "/payments", body: payment };

describe("a repeated key gets its first answer", () => {
  oweFirstAnswer(pact, {
    call: "createPayment",
    key,
    given: [["the order has no payment", { order_id: 7 }]],
    request: pay,
    response: { status: 201, body: { payment_id: MatchersV3.integer(3) } },
    make: (url) => payments(url).createPayment(payment, attempt),
    outcome: done({ payment_id: 3 }),
    other: { ...pay, body: { ...payment, total_amount: 12 } },
  });
});

describe("a repeated key gets its first answer, also a refusal", () => {
  pact("createPayment again under the key of a refused request, now that the user's payments are accepted", {
    call: "createPayment",
    reply: "the same refusal",
    given: [
      ["the payments of the user are refused", { user_id: 2 }],
      answered(key, pay),
      ["the payments of every user are accepted", {}],
    ],
    request: { ...pay, headers: withKey(key) },
    response: { status: 402, body: { error: MatchersV3.like("The payments of user 2 are refused.") } },
    make: (url) => payments(url).createPayment(payment, attempt),
    outcome: { outcome: "rejected" },
  });
});
