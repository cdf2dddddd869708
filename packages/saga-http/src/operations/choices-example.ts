import type { ChoicesView } from "./choices-view.ts";

/** The OpenAPI document's example of the choices for a saga. */
export const choicesExample: ChoicesView = {
  items: [
    { choice: "cancel", allowed: false, reason: "its pivot may have been sent: it cannot be called back" },
    {
      choice: "retry",
      allowed: false,
      reason: "it may have been applied, and its participant keeps no keys: sent again, it could be applied twice",
    },
    {
      choice: "applied",
      allowed: true,
      consequence: { calls: [], status: "completed", state: "COMPLETED", explanation: "the saga is completed" },
    },
    {
      choice: "not-applied",
      allowed: false,
      reason: "an attempt at it may still be on its way to the participant",
      allowed_from: "2026-11-23T12:05:05.012Z",
      consequence: {
        calls: [{ step: "create-payment", action: "run" }],
        status: "completed",
        state: "COMPLETED",
        explanation: "create-payment is run, then the saga is completed",
      },
    },
  ],
};
