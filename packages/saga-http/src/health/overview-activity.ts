import { z } from "@hono/zod-openapi";
import type { ParticipantState } from "saga-core";
import type { Operation } from "saga-core/engine";
import type { MemberSchemas, ObjectSchema } from "../wire/object-schema.ts";
import { operatorNoteOf } from "../wire/operator-note.ts";
import { timestamp } from "../wire/timestamp.ts";
import { type ParticipantView, participantMembers, viewParticipant } from "./participant-view.ts";

/** What happened lately in a process. All instants are in milliseconds since the epoch. */
export interface Activity {
  /** Since when this is known: before that, nothing is. */
  readonly since: number;
  /** The last minutes, the oldest first, each of them also where nothing happened. */
  readonly minutes: readonly MinuteActivity[];
  /** The calls of the last minutes, for each participant that was called since the start. */
  readonly calls: readonly ParticipantCalls[];
  /** The last operations of people, the newest first. */
  readonly repairs: readonly Repair[];
}

/** How many sagas started, ended and came to need a human in a minute. */
export interface MinuteActivity {
  readonly at: number;
  readonly started: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly needsHuman: number;
}

/** How a participant answered lately. */
export interface ParticipantCalls {
  readonly participant: string;
  readonly from: number;
  readonly done: number;
  readonly rejected: number;
  readonly unavailable: number;
  readonly unknown: number;
  /** How long half of the calls took at most, in milliseconds. Absent: there were none. */
  readonly p50Ms?: number | undefined;
  readonly p95Ms?: number | undefined;
}

/** An operation that a person requested. */
export interface Repair {
  readonly sagaId: string;
  readonly definition: string;
  /** The number of its event in the saga's history. */
  readonly seq: number;
  readonly type: Operation["type"];
  readonly at: number;
  readonly by?: string | undefined;
  readonly note?: string | undefined;
  readonly step?: string | undefined;
  readonly applied?: boolean | undefined;
}

/** The same, as this API shows it. */
export interface ActivityView {
  readonly since: string;
  readonly minutes: readonly MinuteView[];
  readonly participants: readonly CalledParticipantView[];
  readonly repairs: readonly RepairView[];
}

interface MinuteView {
  readonly at: string;
  readonly started: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly needs_intervention: number;
}

interface CallsView {
  readonly from: string;
  readonly done: number;
  readonly rejected: number;
  readonly unavailable: number;
  readonly unknown: number;
  readonly p50_ms?: number | undefined;
  readonly p95_ms?: number | undefined;
}

interface CalledParticipantView extends ParticipantView {
  readonly calls?: CallsView | undefined;
}

interface RepairView {
  readonly saga_id: string;
  readonly definition: string;
  readonly seq: number;
  readonly type: Operation["type"];
  readonly at: string;
  readonly step?: string | undefined;
  readonly applied?: boolean | undefined;
  readonly by?: string | undefined;
  readonly note?: string | undefined;
}

const count = z.int().min(0);

const minuteSchema: ObjectSchema<MinuteView> = z
  .object({ at: z.iso.datetime(), started: count, completed: count, cancelled: count, needs_intervention: count })
  .openapi("MinuteActivity");

const callsSchema: ObjectSchema<CallsView> = z
  .object({
    from: z.iso.datetime().describe("The calls that ended since then are counted."),
    done: count,
    rejected: count,
    unavailable: count,
    unknown: count,
    p50_ms: z.int().optional().describe("Half of the calls took no longer. It is at most a fifth too large."),
    p95_ms: z.int().optional(),
  })
  .openapi("ParticipantCalls");

const calledParticipantSchema: ObjectSchema<CalledParticipantView> = z
  .object({ ...participantMembers, calls: callsSchema.optional() })
  .openapi("CalledParticipant");

const repairSchema: ObjectSchema<RepairView> = z
  .object({
    saga_id: z.string(),
    definition: z.string(),
    seq: z.int().describe("The number of its event in the saga's history."),
    type: z.enum(["cancel-requested", "retry-requested", "resolved", "wait-ended", "acknowledged"]),
    at: z.iso.datetime(),
    step: z.string().optional(),
    applied: z.boolean().optional().describe("What a person said is true, where `type` is `resolved`."),
    by: z.string().optional(),
    note: z.string().optional(),
  })
  .openapi("Repair");

export const activityMembers: MemberSchemas<ActivityView> = {
  since: z.iso
    .datetime()
    .describe("Since when `minutes`, `participants.calls` and `repairs` are known: the start of the process."),
  minutes: z.array(minuteSchema).describe("The last hour, minute by minute, the oldest first. The last one is not over."),
  participants: z.array(calledParticipantSchema),
  repairs: z.array(repairSchema).describe("The last operations of people, the newest first."),
};

export function viewActivity(
  { since, minutes, calls, repairs }: Activity,
  participants: readonly ParticipantState[],
): ActivityView {
  return {
    since: timestamp(since),
    minutes: minutes.map(({ at, needsHuman, ...counts }) => ({ at: timestamp(at), ...counts, needs_intervention: needsHuman })),
    participants: participants.map((state) => {
      const found = calls.find(({ participant }) => participant === state.participant);
      return { ...viewParticipant(state), ...(found && { calls: viewCalls(found) }) };
    }),
    repairs: repairs.map(viewRepair),
  };
}

function viewCalls({ from, done, rejected, unavailable, unknown, p50Ms, p95Ms }: ParticipantCalls): CallsView {
  return {
    from: timestamp(from),
    ...{ done, rejected, unavailable, unknown },
    ...(p50Ms !== undefined && { p50_ms: p50Ms }),
    ...(p95Ms !== undefined && { p95_ms: p95Ms }),
  };
}

function viewRepair({ sagaId, definition, seq, type, at, by, note, step, applied }: Repair): RepairView {
  return {
    saga_id: sagaId,
    ...{ definition, seq, type },
    at: timestamp(at),
    ...(step !== undefined && { step }),
    ...(applied !== undefined && { applied }),
    ...operatorNoteOf({ by, note }),
  };
}

export const activityExample: ActivityView = {
  since: "2026-11-23T08:00:00.000Z",
  minutes: [{ at: "2026-11-23T12:00:00.000Z", started: 40, completed: 37, cancelled: 2, needs_intervention: 1 }],
  participants: [
    {
      participant: "payments",
      circuit: "closed",
      calls_in_flight: 1,
      waiting: 0,
      failures: 0,
      says: "It is called: 1 call is under way.",
      calls: { from: "2026-11-23T11:56:00.000Z", done: 180, rejected: 9, unavailable: 0, unknown: 1, p50_ms: 24, p95_ms: 107 },
    },
  ],
  repairs: [
    {
      saga_id: "0198b2a0-0000-7000-8000-000000000001",
      definition: "order",
      seq: 9,
      type: "resolved",
      at: "2026-11-23T12:00:21.000Z",
      step: "create-payment",
      applied: true,
      by: "nadia",
      note: "Payment 3 is in the Payments API.",
    },
  ],
};
