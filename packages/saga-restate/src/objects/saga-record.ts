import { type FoundSaga, type Saga, type SagaEvent, stateOf, statusOf, UnreadableSaga } from "saga-core";
import {
  isJsonObject,
  type JsonObject,
  type OpenPhaseName,
  openPhaseNames,
  openPhaseOf,
  stepOf,
  unseenSignals,
  waitingFor,
} from "saga-core/engine";
import { z } from "zod";

/** The key of a saga's record in its workflow's state. */
export const RECORD_KEY = "saga";

/** The key of earlier events, which are not in the record itself. */
export function partKey(part: number): string {
  return `events-${part}`;
}

/** A saga as Restate keeps it for those who look: the members that it is searched by, and its latest events. */
export interface SagaRecord {
  readonly updatedAt: number;
  readonly createdAt: number;
  readonly definition: string;
  readonly version: number;
  readonly status: ReturnType<typeof statusOf>;
  /** What a running saga is at, where that is more than to go forward. */
  readonly phase?: OpenPhaseName | undefined;
  readonly state: string;
  readonly step?: string | undefined;
  readonly waitingFor?: string | undefined;
  readonly lateSignals?: true | undefined;
  readonly seq: number;
  readonly invocation: string;
  readonly input: JsonObject;
  readonly data: JsonObject;
  readonly parts: number;
  readonly events: readonly unknown[];
}

const recordSchema: z.ZodType<SagaRecord> = z.object({
  updatedAt: z.number(),
  createdAt: z.number(),
  definition: z.string(),
  version: z.number(),
  status: z.enum(["running", "completed", "cancelled", "needs_intervention"]),
  phase: z.enum(openPhaseNames).optional(),
  state: z.string(),
  step: z.string().optional(),
  waitingFor: z.string().optional(),
  lateSignals: z.literal(true).optional(),
  seq: z.number(),
  invocation: z.string(),
  input: z.custom<JsonObject>(isJsonObject),
  data: z.custom<JsonObject>(isJsonObject),
  parts: z.number(),
  events: z.array(z.unknown()),
});

/** The members that SQL compares, first in the record, so that they are at fixed positions of its text. */
function instantsOf({ updatedAt, createdAt }: Pick<Saga, "updatedAt" | "createdAt">) {
  return { updatedAt, createdAt };
}

/** An instant in milliseconds since the epoch has 13 digits until the year 2286, so that instants compare as texts. */
export const INSTANT_DIGITS = 13;

const sample = { updatedAt: 1_000_000_000_001, createdAt: 1_000_000_000_002 };
const sampleText = JSON.stringify(instantsOf(sample));

/** The positions of the instants in the text of every record. SQL counts from 1. */
export const instantPositions: Readonly<Record<"updatedAt" | "createdAt", number>> = {
  updatedAt: sampleText.indexOf(String(sample.updatedAt)) + 1,
  createdAt: sampleText.indexOf(String(sample.createdAt)) + 1,
};

/** The status of a saga, and beside it what a running one is at: SQL looks for both as one text. */
function statusIn(found: Pick<FoundSaga, "saga">): Pick<SagaRecord, "status" | "phase"> {
  const status = statusOf(found.saga);
  const name = openPhaseOf(found)?.name;
  return { status, ...(status === "running" && name !== "forward" && name !== undefined && { phase: name }) };
}

/** What the saga of a record is at; undefined for one that has ended. Earlier releases recorded no more than waits. */
export function phaseIn({ status, phase, waitingFor }: SagaRecord): OpenPhaseName | undefined {
  switch (status) {
    case "completed":
    case "cancelled":
      return undefined;
    case "needs_intervention":
      return status;
    case "running":
      return phase ?? (waitingFor === undefined ? "forward" : "waiting");
  }
}

/** @param events those that are in no part. */
export function recordOf(
  { saga, controller }: FoundSaga,
  invocation: string,
  { parts, events }: { readonly parts: number; readonly events: readonly SagaEvent[] },
): SagaRecord {
  const step = stepOf(controller, saga);
  const waits = waitingFor(saga);
  return {
    ...instantsOf(saga),
    definition: saga.definition,
    version: saga.version,
    ...statusIn({ saga }),
    state: stateOf(controller, saga),
    ...(step !== undefined && { step }),
    ...(waits !== undefined && { waitingFor: waits }),
    ...(unseenSignals(saga).length > 0 && { lateSignals: true }),
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
