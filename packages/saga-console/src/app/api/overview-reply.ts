import * as z from "zod/mini";

const text = z.string();
const optionalText = z.optional(text);
const count = z._default(z.number(), 0);

const openSchema = z.looseObject({ definition: text, phase: text, count: z.number(), oldest_since: optionalText });

/** How many sagas of a definition are at something. */
export type OpenCount = z.output<typeof openSchema>;

const minuteSchema = z.looseObject({ at: text, started: count, completed: count, cancelled: count, needs_intervention: count });

export type Minute = z.output<typeof minuteSchema>;

const callsSchema = z.looseObject({
  from: text,
  done: count,
  rejected: count,
  unavailable: count,
  unknown: count,
  p50_ms: z.optional(z.number()),
  p95_ms: z.optional(z.number()),
});

/** How a participant answered in the last minutes. */
export type Calls = z.output<typeof callsSchema>;

const participantSchema = z.looseObject({
  participant: text,
  circuit: text,
  calls_in_flight: count,
  waiting: count,
  next_probe_at: optionalText,
  calls: z.optional(callsSchema),
});

export type Participant = z.output<typeof participantSchema>;

const pauseSchema = z.looseObject({
  definition: text,
  since: text,
  automatic: z._default(z.boolean(), false),
  by: optionalText,
  note: optionalText,
});

export type PausedDefinition = z.output<typeof pauseSchema>;

const repairSchema = z.looseObject({
  saga_id: text,
  definition: text,
  seq: z.number(),
  type: text,
  at: text,
  step: optionalText,
  applied: z.optional(z.boolean()),
  by: optionalText,
  note: optionalText,
});

export type Repair = z.output<typeof repairSchema>;

/** What `GET /overview` answers. What a host does not count is absent. */
export const overviewSchema = z.looseObject({
  open: z.array(openSchema),
  paused: z._default(z.array(pauseSchema), []),
  since: optionalText,
  minutes: z.optional(z.array(minuteSchema)),
  participants: z._default(z.array(participantSchema), []),
  repairs: z._default(z.array(repairSchema), []),
});

export type OverviewReply = z.output<typeof overviewSchema>;
