import type { DefinitionView } from "./definition-view.ts";

/** The OpenAPI document's example of a definition. */
export const definitionExample: DefinitionView = {
  definition: "order",
  version: 2,
  fingerprint: "9f2c4b7d1e6a8035",
  columns: ["order_id", "total_amount"],
  initial_state: "CREATING_ORDER",
  states: ["CREATING_ORDER", "DECREASING_STOCK", "CREATING_PAYMENT", "COMPLETED", "CANCELLED"],
  steps: [
    {
      step: "create-order",
      kind: "compensatable",
      participant: "store-manager",
      keyed: true,
      key_retention_ms: 86_400_000,
      arrives_within_ms: 300_000,
      call_timeout_ms: 5_000,
      repeatable_rollback: true,
      state: "CREATING_ORDER",
      undoing_state: "CANCELLING_ORDER",
      events: { done: "OrderCreated", failed: "OrderCreationFailed", undone: "OrderCancelled" },
    },
    {
      step: "read-amount",
      kind: "read",
      participant: "store-manager",
      keyed: true,
      arrives_within_ms: 300_000,
      call_timeout_ms: 5_000,
    },
    {
      step: "create-payment",
      kind: "pivot",
      participant: "payments",
      keyed: true,
      arrives_within_ms: 300_000,
      call_timeout_ms: 5_000,
      state: "CREATING_PAYMENT",
      events: { done: "PaymentCreated", failed: "PaymentCreationFailed" },
    },
  ],
  transitions: [{ from: "CREATING_ORDER", event: "OrderCreated", to: "DECREASING_STOCK" }],
  policy: {
    attempts_max: 8,
    backoff_ms_base: 50,
    backoff_ms_max: 2_000,
    retry_after_ms_max: 3_600_000,
    deadline_ms: 15_000,
    give_up_ms: 86_400_000,
  },
};
