import type { JsonObject, Outcome } from "saga-core";
import { z } from "zod";

/**
 * The order in which the driver asks Restate for runs, timers, signals and state. Restate replays it, so it is a format: a change that
 * decides anything else for a journal of today raises this number. A saga is only driven by the version that began it.
 */
export const DRIVER_VERSION = 1;

/** What a saga's workflow is started with. */
export interface WorkflowInput {
  /** The saga's first event. */
  readonly started: unknown;
  /** The version of the driver that begins the saga: see DRIVER_VERSION. */
  readonly driverVersion: number;
}

export const workflowInputSchema: z.ZodType<WorkflowInput> = z.object({
  started: z.unknown(),
  // Releases before version 1 recorded none.
  driverVersion: z.number().default(0),
});

/** What somebody asks of a saga. */
export const requestSchema = z.object({
  operation: z.unknown(),
  /** Restate's name for its run, where that is known and may not be written yet. */
  invocation: z.string().optional(),
});

export type Request = Readonly<z.output<typeof requestSchema>>;

/** The same on its way to the workflow. */
export const askedSchema = z.object({
  /** The same however often it is sent. */
  id: z.string(),
  operation: z.unknown(),
  /** The awakeable that wants the verdict. */
  reply: z.string(),
});

/** What became of it. */
export const verdictSchema = z.union([
  z.object({ allowed: z.literal(true) }),
  z.object({ allowed: z.literal(false), reason: z.string(), from: z.number().optional() }),
  z.object({ allowed: z.literal("no-answer") }),
]);

export type Verdict = Readonly<z.output<typeof verdictSchema>>;

/** What came of one call, or of a wait. */
const toldSchema = z.union([
  /** An attempt was made, or would have come too late. */
  z.object({ outcome: z.unknown(), at: z.number(), random: z.number() }),
  /** Nothing was sent: the participant is left alone until then, or this process stops. */
  z.object({ openUntil: z.number(), at: z.number() }),
  /** A fence: nothing was sent, and what is sent next is not what an execution before this record was about to send. Or a wait is over. */
  z.object({ fenced: z.literal(true), at: z.number() }),
  /** Nothing was sent by this execution; what an earlier one sent since the last record is not known. */
  z.object({ resumed: z.literal(true), at: z.number() }),
]);

export type Told = Readonly<z.output<typeof toldSchema>>;

/** What a run has told, as Restate journals it: of one call after the other. */
export const allToldSchema = z.array(toldSchema);

/** What a call has told before it went through Restate's journal. */
export type ToldHere =
  | Exclude<Told, { readonly outcome: unknown }>
  | { readonly outcome: Outcome<JsonObject>; readonly at: number; readonly random: number };

/** A start under an Idempotency-Key. */
export const startSchema = z.object({
  id: z.string(),
  service: z.string(),
  definition: z.string(),
  /** The input as JSON, to be compared. */
  input: z.string(),
});

export type StartUnderKey = Readonly<z.output<typeof startSchema>>;
