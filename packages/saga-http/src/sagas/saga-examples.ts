import type { EventsView } from "./events-view.ts";
import type { SagaView } from "./saga-view.ts";
import type { StepView } from "./step-view.ts";

const sagaId = "01a2045e-ab1b-7448-b05d-dd73caf5d5d8";

function doneStep(step: string): StepView {
  return { step, status: "done", attempts: 1, action: "run", run: "done", undo: "none", may_have_left: false };
}

function pendingStep(step: string): StepView {
  return { ...doneStep(step), status: "pending", run: "pending", attempts: 0 };
}

const needsHuman: SagaView = {
  saga_id: sagaId,
  definition: "order",
  version: 2,
  state: "CREATING_PAYMENT",
  status: "needs_intervention",
  phase: "needs_intervention",
  phase_since: "2026-11-23T12:00:05.012Z",
  direction: "forward",
  input: { user_id: 1, items: [{ product_id: 3, quantity: 2 }] },
  data: { order_id: 7, total_amount: 11.5 },
  steps: [
    doneStep("create-order"),
    doneStep("decrease-stock"),
    doneStep("read-amount"),
    {
      ...doneStep("create-payment"),
      status: "unknown",
      run: "unknown",
      may_have_left: true,
      in_doubt_since: "2026-11-23T12:00:00.012Z",
      last_error: { outcome: "unknown", reason: "no answer within 5000 ms" },
    },
  ],
  explanation:
    "It is not known whether the step create-payment took effect at payments, which keeps no keys: the call is not repeated, because it could be applied twice. Seen, at attempt 1: no answer within 5000 ms. Look at payments to find out whether it was applied. […]",
  reasons: [
    {
      code: "unknown-unkeyed",
      parameters: {
        step: "create-payment",
        action: "run",
        participant: "payments",
        attempts: 1,
        seen: "no answer within 5000 ms",
      },
      events: [6],
    },
  ],
  created_at: "2026-11-23T12:00:00.000Z",
  updated_at: "2026-11-23T12:00:05.012Z",
};

const running: SagaView = {
  ...needsHuman,
  status: "running",
  phase: "forward",
  phase_since: "2026-11-23T12:00:00.000Z",
  state: "DECREASING_STOCK",
  data: { order_id: 7 },
  steps: [
    doneStep("create-order"),
    {
      ...pendingStep("decrease-stock"),
      status: "running",
      run: "under_way",
      attempts: 1,
      attempts_max: 5,
      may_have_left: true,
      called_at: "2026-11-23T12:00:00.020Z",
    },
    pendingStep("read-amount"),
    pendingStep("create-payment"),
  ],
  explanation: undefined,
  reasons: [
    { code: "under-way", parameters: { step: "decrease-stock", action: "run", participant: "store-manager", attempts: 1 } },
  ],
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
      data: { action: "run", attempt: 1, outcome: "done", result: running.data, state: "DECREASING_STOCK" },
    },
  ],
  next_after: null,
};

interface SagaExamples {
  readonly sagaId: string;
  readonly running: SagaView;
  readonly needsHuman: SagaView;
  readonly events: EventsView;
}

/** The OpenAPI document's examples of a saga and its events. A test validates each of them against its schema. */
export const sagaExamples: SagaExamples = { sagaId, running, needsHuman, events };
