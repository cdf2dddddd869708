import fc from "fast-check";
import type { Definition, Saga, SagaEvent } from "../api/replies.ts";

/** What the API might answer for one saga, of this release or of a later one. */
export interface RandomView {
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly definitions: readonly Definition[];
}

/** A word that this release knows, or one that it does not. */
function word(...known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom("", "constructor", "of-tomorrow", "__proto__", "tOString"),
    fc.string(),
  );
}

const step = word("create-order", "decrease-stock", "read-amount", "create-payment");
const state = word("CREATING_ORDER", "DECREASING_STOCK", "INCREASING_STOCK", "CANCELLED", "COMPLETED");
const outcome = word("done", "rejected", "unavailable", "unknown");
const instant = fc.oneof(
  fc.constantFrom("2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00.020Z", "2026-11-24T12:00:00.000Z"),
  fc.string(),
);
const anything = fc.jsonValue({ maxDepth: 2 });
const record = fc.dictionary(fc.string(), anything, { maxKeys: 3 });
const version = fc.oneof({ weight: 4, arbitrary: fc.constant(2) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) });
const definitionName = fc.oneof({ weight: 4, arbitrary: fc.constant("order") }, { weight: 1, arbitrary: word("order") });
const count = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(-1, 1e9));

/** Members that are there, missing, or of another type than they are today. */
function loose<Members extends Record<string, fc.Arbitrary<unknown>>>(members: Members): fc.Arbitrary<Record<string, unknown>> {
  const any = Object.fromEntries(
    Object.entries(members).map(([name, of]) => [name, fc.oneof({ weight: 5, arbitrary: of }, anything)]),
  );
  return fc.record(any, { requiredKeys: [] });
}

const eventData = loose({
  state,
  action: word("run", "rollback", "probe"),
  attempt: count,
  outcome,
  reason: fc.string(),
  result: record,
  input: record,
  key: fc.string(),
  sent_at: instant,
  took_ms: count,
  applied: fc.boolean(),
  failures: count,
  last: loose({ outcome, reason: fc.string(), attempt: count }),
  turn: loose({ cause: word("rejected", "cancelled"), step, reason: fc.string() }),
  by: fc.string(),
  note: fc.string(),
});

const eventTypes = ["started", "answered", "compacted", "resolved", "signalled", "closing-recorded", "cancel-requested", "woken"];

const event = fc.record(
  { type: word(...eventTypes), step, at: instant, data: eventData },
  { requiredKeys: ["type", "at", "data"] },
);

const reason = fc.record({
  code: word("unknown-unkeyed", "refused", "turned-back", "waiting-for-signal", "turns-back", "lasting", "late-signals"),
  parameters: loose({
    step,
    participant: fc.string(),
    steps: fc.array(step),
    until: instant,
    attempts: count,
    seen: fc.string(),
  }),
  events: fc.array(count, { maxLength: 3 }),
});

const sagaStep = fc.record(
  {
    step,
    status: word("pending", "running", "done", "rejected", "unknown", "undoing", "undone", "undo-refused", "waiting", "skipped"),
    attempts: count,
    attempts_max: count,
    in_doubt_since: instant,
    last_error: fc.record({ outcome, reason: fc.string() }),
    next_attempt_at: instant,
    waits: fc.record({ since: instant, until: instant }, { requiredKeys: ["since"] }),
  },
  { requiredKeys: ["step", "status", "attempts"] },
);

const saga = fc.record(
  {
    saga_id: fc.constant("01a2045e-ab1b-7448-b05d-dd73caf5d5d8"),
    definition: definitionName,
    version,
    state,
    status: word("running", "completed", "cancelled", "needs_intervention"),
    direction: word("forward", "compensating"),
    input: record,
    data: record,
    steps: fc.uniqueArray(sagaStep, { maxLength: 5, selector: (each) => each.step }),
    explanation: fc.string(),
    reasons: fc.array(reason, { maxLength: 4 }),
    deadline_at: instant,
    phase: word("needs_intervention", "in_doubt", "undoing", "retrying", "waiting", "forward"),
    phase_since: instant,
    orphans: fc.array(step, { maxLength: 2 }),
    created_at: instant,
    updated_at: instant,
  },
  {
    requiredKeys: [
      "saga_id",
      "definition",
      "version",
      "state",
      "status",
      "direction",
      "input",
      "data",
      "steps",
      "reasons",
      "created_at",
      "updated_at",
    ],
  },
);

const definition = fc.record({
  definition: definitionName,
  version,
  columns: fc.array(fc.string(), { maxLength: 3 }),
  states: fc.uniqueArray(state, { maxLength: 6 }),
  steps: fc.array(
    fc.record(
      {
        step,
        kind: word("compensatable", "pivot", "retriable", "read", "lasting"),
        participant: fc.string(),
        keyed: fc.boolean(),
        state,
        undoing_state: state,
      },
      { requiredKeys: ["step", "kind", "participant", "keyed"] },
    ),
    { maxLength: 5 },
  ),
  transitions: fc.array(fc.record({ from: state, event: fc.string(), to: state }), { maxLength: 8 }),
});

/** Any view of a saga that has the shape of one, with whatever words. */
export const randomViews: fc.Arbitrary<RandomView> = fc
  .record({ saga, events: fc.array(event, { maxLength: 12 }), definitions: fc.array(definition, { maxLength: 2 }) })
  .map(({ events, ...rest }) => ({ ...rest, events: events.map((each, index) => ({ ...each, seq: index + 1 })) }));
