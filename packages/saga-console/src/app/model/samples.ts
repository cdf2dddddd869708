import type { DefinitionStep, Saga, SagaEvent } from "../api/replies.ts";

/** The steps of an order, for tests. */
export const orderSteps: readonly DefinitionStep[] = [
  {
    step: "create-order",
    kind: "compensatable",
    participant: "store-manager",
    keyed: false,
    state: "CREATING_ORDER",
    undoing_state: "CANCELLING_ORDER",
  },
  {
    step: "decrease-stock",
    kind: "compensatable",
    participant: "store-manager",
    keyed: false,
    state: "DECREASING_STOCK",
    undoing_state: "INCREASING_STOCK",
  },
  { step: "read-amount", kind: "read", participant: "store-manager", keyed: false },
  { step: "create-payment", kind: "pivot", participant: "payments", keyed: false, state: "CREATING_PAYMENT" },
];

export const orderStepNames: readonly string[] = orderSteps.map(({ step }) => step);

/** An event without its number and its instant. */
export interface SampleEvent {
  readonly type: string;
  readonly step?: string;
  readonly data: Record<string, unknown>;
}

/** Events, numbered from 1, a second apart. */
export function eventsOf(...events: readonly SampleEvent[]): readonly SagaEvent[] {
  return events.map((event, index) => ({
    ...event,
    seq: index + 1,
    at: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
  }));
}

/** The answer to a call. */
export function answered(
  step: string,
  outcome: string,
  { action = "run", reason }: { readonly action?: string; readonly reason?: string } = {},
): SampleEvent {
  return {
    type: "answered",
    step,
    data: { action, outcome, attempt: 1, state: "A_STATE", ...(reason !== undefined && { reason }) },
  };
}

/** An order whose steps have these statuses, in order. */
export function sagaOf(statuses: readonly string[], more: Partial<Saga> = {}): Saga {
  return {
    saga_id: "01a2045e-ab1b-7448-b05d-dd73caf5d5d8",
    definition: "order",
    version: 2,
    state: "CREATING_PAYMENT",
    status: "running",
    direction: "forward",
    input: {},
    data: {},
    reasons: [],
    steps: statuses.map((status, index) => ({ step: orderStepNames[index] ?? `step-${index}`, status, attempts: 1 })),
    created_at: "2026-11-23T12:00:00.000Z",
    updated_at: "2026-11-23T12:00:05.000Z",
    ...more,
  };
}
