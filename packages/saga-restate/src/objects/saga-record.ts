import {
  type Controller,
  type FoundSaga,
  fold,
  isJsonObject,
  type JsonObject,
  readEvent,
  type Saga,
  type SagaEvent,
  stateOf,
  statusOf,
  stepOf,
  UnreadableSaga,
} from "saga-core";
import { z } from "zod";

/** Under which key of its workflow's state a saga is; what does not fit in there is beside it, in parts. */
export const RECORD_KEY = "saga";

/** So many events are in the record itself: a record is written again with each event, so it must stay small. */
export const EVENTS_PER_PART = 16;

export function partKey(part: number): string {
  return `events-${part}`;
}

const recordSchema = z.object({
  updatedAt: z.number(),
  createdAt: z.number(),
  definition: z.string(),
  version: z.number(),
  status: z.enum(["running", "completed", "cancelled", "needs_intervention"]),
  state: z.string(),
  step: z.string().optional(),
  seq: z.number(),
  invocation: z.string(),
  input: z.custom<JsonObject>(isJsonObject),
  data: z.custom<JsonObject>(isJsonObject),
  parts: z.number(),
  events: z.array(z.unknown()),
});

/**
 * A saga as Restate keeps it for those who look at it: what it is found by, and its events. `updatedAt` comes first, so that SQL finds
 * it at a fixed place.
 */
export type SagaRecord = Readonly<z.output<typeof recordSchema>>;

/** @param events those that are in no earlier part. */
export function recordOf(
  { saga, controller }: FoundSaga,
  invocation: string,
  { parts, events }: { readonly parts: number; readonly events: readonly SagaEvent[] },
): SagaRecord {
  const step = stepOf(controller, saga);
  return {
    updatedAt: saga.updatedAt,
    createdAt: saga.createdAt,
    definition: saga.definition,
    version: saga.version,
    status: statusOf(saga),
    state: stateOf(controller, saga),
    ...(step !== undefined && { step }),
    seq: saga.seq,
    invocation,
    input: saga.input,
    data: saga.data,
    parts,
    events: [...events],
  };
}

/** @throws UnreadableSaga where it is no record. */
export function readRecord(id: string, raw: unknown): SagaRecord {
  const read = recordSchema.safeParse(raw);
  if (read.success) return read.data;
  throw new UnreadableSaga(`Saga ${id} cannot be read: ${z.prettifyError(read.error)}`);
}

/**
 * The saga that recorded events make.
 *
 * @throws UnreadableSaga where they do not fit the definition.
 */
export function readSaga(
  controller: Controller,
  id: string,
  raw: readonly unknown[],
): { readonly saga: Saga; readonly events: readonly SagaEvent[] } {
  try {
    const events = raw.map((event) => readEvent(controller, event));
    const [start] = events;
    if (start?.type !== "started" || start.fingerprint !== controller.fingerprint) {
      throw new TypeError(
        `it does not begin with a start of ${controller.name} version ${controller.version} as it is registered here`,
      );
    }
    const saga = fold(controller, events);
    if (!saga) throw new TypeError("it has no events");
    return { saga, events };
  } catch (cause) {
    throw new UnreadableSaga(`Saga ${id} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
