import * as z from "zod/mini";

// The page's policy forbids code from text, and zod would try it.
z.config({ jitless: true });

// What an enumeration is for the API is a text here: a word that a later release adds is shown as it is, and blanks no page.

const text = z.string();
const optionalText = z.optional(text);
const record = z.record(z.string(), z.unknown());

const stepSchema = z.looseObject({
  step: text,
  status: text,
  action: optionalText,
  run: optionalText,
  attempts: z._default(z.number(), 0),
  attempts_max: z.optional(z.number()),
  may_have_left: z.optional(z.boolean()),
  in_doubt_since: optionalText,
  called_at: optionalText,
  last_error: z.optional(z.looseObject({ outcome: text, reason: text })),
  next_attempt_at: optionalText,
  waits: z.optional(z.looseObject({ since: text, until: optionalText, on_timeout: optionalText })),
});

const reasonSchema = z.looseObject({
  code: text,
  parameters: z._default(record, {}),
  events: z._default(z.array(z.number()), []),
});

export const sagaSchema = z.looseObject({
  saga_id: text,
  definition: text,
  version: z.number(),
  state: text,
  status: text,
  direction: text,
  input: record,
  data: record,
  steps: z.array(stepSchema),
  explanation: optionalText,
  reasons: z._default(z.array(reasonSchema), []),
  deadline_at: optionalText,
  orphans: z.optional(z.array(text)),
  lasting: z.optional(z.array(z.looseObject({ step: text, applied: text }))),
  phase: optionalText,
  phase_since: optionalText,
  created_at: text,
  updated_at: text,
});

/** A saga, as `GET /sagas/{saga_id}` shows it. */
export type Saga = z.output<typeof sagaSchema>;
export type SagaStep = Saga["steps"][number];

export const operatedSchema = z.extend(sagaSchema, { event_seq: z.optional(z.number()) });

/** A saga after an operation, and the number of the event that the operation is. */
export type OperatedSaga = z.output<typeof operatedSchema>;

export const sagasSchema = z.looseObject({ items: z.array(sagaSchema), next_cursor: z.nullable(text) });
export type Sagas = z.output<typeof sagasSchema>;

export const eventSchema = z.looseObject({ seq: z.number(), type: text, step: optionalText, at: text, data: record });

/** An event of a saga. */
export type SagaEvent = z.output<typeof eventSchema>;

export const eventsSchema = z.looseObject({ items: z.array(eventSchema), next_after: z.nullable(z.number()) });

const pauseMembers = { since: text, automatic: z._default(z.boolean(), false), by: optionalText, note: optionalText };

export const definitionSchema = z.looseObject({
  definition: text,
  version: z.number(),
  columns: z._default(z.array(text), []),
  states: z.array(text),
  steps: z.array(
    z.looseObject({
      step: text,
      kind: text,
      participant: text,
      keyed: z._default(z.boolean(), false),
      state: optionalText,
      undoing_state: optionalText,
      arrives_within_ms: z.optional(z.number()),
      waits: z.optional(z.looseObject({ takes_signal: z._default(z.boolean(), false), signal_schema: z.optional(record) })),
      result_schema: z.optional(record),
      call_timeout_ms: z.optional(z.number()),
    }),
  ),
  transitions: z.array(z.looseObject({ from: text, event: text, to: text })),
  policy: z.optional(z.record(text, z.number())),
  fingerprint: optionalText,
  paused: z.optional(z.looseObject(pauseMembers)),
});

/** A definition, as `GET /definitions/{definition}` shows it. */
export type Definition = z.output<typeof definitionSchema>;
export type DefinitionStep = Definition["steps"][number];

export const definitionsSchema = z.looseObject({
  items: z.array(definitionSchema),
  earlier: z._default(z.array(definitionSchema), []),
});

/** The definitions that new sagas start with, and earlier versions that sagas may still have. */
export type Definitions = z.output<typeof definitionsSchema>;

export const consequenceSchema = z.looseObject({
  calls: z.array(z.looseObject({ step: text, action: text })),
  status: text,
  state: text,
});

const choiceSchema = z.looseObject({
  choice: text,
  allowed: z.boolean(),
  reason: optionalText,
  allowed_from: optionalText,
  consequence: z.optional(consequenceSchema),
});

/** An operation that a person may request, or why not. */
export type Choice = z.output<typeof choiceSchema>;
export type Consequence = z.output<typeof consequenceSchema>;

export const choicesSchema = z.looseObject({ items: z.array(choiceSchema) });

export const sessionSchema = z.looseObject({
  needs_token: z.boolean(),
  signed_in: z.boolean(),
  subject: optionalText,
  may_read: z.boolean(),
  may_operate: z.boolean(),
  read_only: z.boolean(),
});

/** Who looks at the console, and what he may. */
export type Session = z.output<typeof sessionSchema>;

export const problemSchema = z.looseObject({
  type: z._default(text, "about:blank"),
  title: z._default(text, ""),
  detail: z._default(text, ""),
  errors: z.optional(z.array(z.looseObject({ pointer: optionalText, detail: optionalText }))),
});

export type Problem = z.output<typeof problemSchema>;

export { z };
