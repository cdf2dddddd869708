import { MatchersV3 } from "@pact-foundation/pact";
import { rejected, unavailable } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { pactBetween } from "test-kit/pact";
import { describe } from "vitest";
import { Payments } from "../src/participants/payments.ts";
import { databaseErrorsAt } from "./database-errors.ts";

/** Replies that a Payments API may also send. The existing one does not send them; the saga handles them. */
const pact = pactBetween("orchestrator-optional", "payments");

const attempt = sampleAttempt();
const payments = (url: string) => new Payments({ url, keyed: false, callTimeoutMs: 30_000 });
const payment = { user_id: 2, order_id: 7, total_amount: 99.53 };

describe("POST /payments", () => {
  pact("a payment by a user whose payments are refused", {
    call: "createPayment",
    reply: "a refused payment",
    given: [["the payments of the user are refused", { user_id: 2 }]],
    request: { method: "POST", path: "/payments", body: payment },
    response: { status: 402, body: { error: MatchersV3.like("The payments of user 2 are refused.") } },
    make: (url) => payments(url).createPayment(payment, attempt),
    outcome: rejected("402 The payments of user 2 are refused."),
  });

  pact("createPayment while the service is overloaded", {
    call: "createPayment",
    reply: "unavailable, with Retry-After",
    given: [["the service is overloaded", { route: "POST /payments", retry_after_s: 2 }]],
    request: { method: "POST", path: "/payments", body: payment },
    // The time is in seconds. The call had no effect, so it may be repeated.
    response: { status: 503, headers: { "Retry-After": MatchersV3.regex(/^\d+$/, "2") } },
    make: (url) => payments(url).createPayment(payment, attempt),
    outcome: unavailable("503", { retryAfterMs: 2_000 }),
  });

  const exposed = { status: 400, statement: "INSERT", readsAfterCommit: true } as const;
  for (const { reply, status, text, pattern, isAfterCommit, outcome } of databaseErrorsAt(exposed)) {
    pact(`createPayment during ${reply}`, {
      call: "createPayment",
      reply,
      given: [["the database fails", { route: "POST /payments", status, error: text, is_after_commit: isAfterCommit }]],
      request: { method: "POST", path: "/payments", body: payment },
      response: { status, body: { error: MatchersV3.regex(pattern, text) } },
      make: (url) => payments(url).createPayment(payment, attempt),
      outcome: { outcome, reason: `${status} ${text}` },
    });
  }
});
