import type { DefinitionView } from "./definitions/definition-view.ts";
import type { ChoicesView } from "./operations/choices-view.ts";
import type { EventsView, SagaView } from "./sagas/saga-view.ts";

const sagaId = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";

const needsHuman: SagaView = {
  saga_id: sagaId,
  definition: "order",
  version: 1,
  state: "CREATING_PAYMENT",
  status: "needs_intervention",
  direction: "forward",
  input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
  data: { order_id: 7, total_amount: 11.5 },
  steps: [
    { step: "create-order", status: "done", attempts: 1 },
    { step: "decrease-stock", status: "done", attempts: 1 },
    {
      step: "create-payment",
      status: "unknown",
      attempts: 1,
      last_error: { outcome: "unknown", reason: "no answer within 5000 ms" },
    },
  ],
  explanation:
    "It is not known whether the step create-payment took effect at payments, which keeps no keys: sent again, it could be applied twice, so it is not. Seen, at attempt 1: no answer within 5000 ms. Look at payments whether it was applied. […]",
  created_at: "2026-11-23T12:00:00.000Z",
  updated_at: "2026-11-23T12:00:05.012Z",
};

const running: SagaView = {
  ...needsHuman,
  status: "running",
  state: "DECREASING_STOCK",
  steps: [
    { step: "create-order", status: "done", attempts: 1 },
    { step: "decrease-stock", status: "running", attempts: 1 },
    { step: "create-payment", status: "pending", attempts: 0 },
  ],
  explanation: undefined,
  updated_at: "2026-11-23T12:00:00.020Z",
};

const events: EventsView = {
  items: [
    {
      seq: 1,
      type: "started",
      at: "2026-11-23T12:00:00.000Z",
      data: { input: needsHuman.input, keyed_steps: [], state: "CREATING_ORDER" },
    },
    {
      seq: 2,
      type: "answered",
      step: "create-order",
      at: "2026-11-23T12:00:00.020Z",
      data: { action: "run", attempt: 1, outcome: "done", result: needsHuman.data, state: "DECREASING_STOCK" },
    },
  ],
};

const choices: ChoicesView = {
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
    },
  ],
};

const definition: DefinitionView = {
  definition: "order",
  version: 1,
  fingerprint: "9f2c4b7d1e6a8035",
  initial_state: "CREATING_ORDER",
  states: ["CREATING_ORDER", "DECREASING_STOCK", "CREATING_PAYMENT", "COMPLETED", "CANCELLED"],
  steps: [
    {
      step: "create-order",
      kind: "compensatable",
      participant: "store-manager",
      keyed: true,
      state: "CREATING_ORDER",
      undoing_state: "CANCELLING_ORDER",
    },
    { step: "create-payment", kind: "pivot", participant: "payments", keyed: true, state: "CREATING_PAYMENT" },
  ],
  transitions: [{ from: "CREATING_ORDER", event: "OrderCreated", to: "DECREASING_STOCK" }],
};

/** What the OpenAPI document shows for each answer. Its test validates every one of them. */
export const examples = { sagaId, running, needsHuman, events, choices, definition };
