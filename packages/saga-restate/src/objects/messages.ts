import type { Outcome } from "saga-core";
import type { Compacted, JsonObject, StartClaim } from "saga-core/engine";
import { z } from "zod";

/** The input of a saga's workflow. */
export interface WorkflowInput {
  /** The saga's first event. */
  readonly started: unknown;
  /** The version of the driver that begins the saga: see DRIVER_VERSION in driver-version.ts. */
  readonly driverVersion: number;
}

export const workflowInputSchema: z.ZodType<WorkflowInput> = z.object({
  started: z.unknown(),
  // Releases before version 1 recorded none.
  driverVersion: z.number().default(0),
});

/** An operation on a saga, as a process requests it. */
export interface OperationRequest {
  readonly operation: unknown;
  /** Restate's id for the execution of the saga's workflow, where this process has it and it may not be written yet. */
  readonly invocation?: string | undefined;
}

export const operationRequestSchema: z.ZodType<OperationRequest> = z.object({
  operation: z.unknown(),
  invocation: z.string().optional(),
});

/** A look at a saga from one part on. */
export interface LookRequest {
  readonly part: number;
}

/** null: a look at all of it. */
export const lookRequestSchema: z.ZodType<LookRequest | null | undefined> = z
  .object({ part: z.number().int().nonnegative() })
  .nullish();

/** The operation as it is signalled to the workflow. */
export interface SignalledOperation {
  /** The same each time it is sent, so that the workflow applies it once. */
  readonly id: string;
  readonly operation: unknown;
  /** The awakeable that receives the verdict. */
  readonly reply: string;
}

export const signalledOperationSchema: z.ZodType<SignalledOperation> = z.object({
  id: z.string(),
  operation: z.unknown(),
  reply: z.string(),
});

/** What the workflow decided about an operation, or a signal. */
export type Verdict =
  | { readonly allowed: true; readonly signal?: "taken" | "kept" | "asks" | "repeated" | undefined }
  | Refusal
  | { readonly allowed: "no-answer" };

interface Refusal {
  readonly allowed: false;
  readonly reason: string;
  readonly from?: number | undefined;
  /** For a signal that is too late: why. */
  readonly late?: "another-signal" | "timeout" | "turned" | "ended" | undefined;
  /** For a signal whose key came with another one before. */
  readonly isKeyReused?: true | undefined;
}

export const verdictSchema: z.ZodType<Verdict> = z.union([
  z.object({ allowed: z.literal(true), signal: z.enum(["taken", "kept", "asks", "repeated"]).optional() }),
  z.object({
    allowed: z.literal(false),
    reason: z.string(),
    from: z.number().optional(),
    late: z.enum(["another-signal", "timeout", "turned", "ended"]).optional(),
    isKeyReused: z.literal(true).optional(),
  }),
  z.object({ allowed: z.literal("no-answer") }),
]);

/** Of a call that was not made, or of a wait. */
type OtherReport =
  /** Nothing was sent: until then the participant's circuit is open, or this process stops or waits for an earlier attempt to return. */
  | { readonly openUntil: number; readonly at: number }
  /** Nothing was sent: the id by which the rollback undoes was given to this other saga. */
  | { readonly reusedBy: string; readonly at: number }
  /** Nothing was sent, and the next call was certainly sent by no earlier execution. Also recorded when a wait is over. */
  | { readonly checkpoint: true; readonly at: number }
  /** This execution sent nothing; what an earlier one sent since the last record is in doubt. */
  | { readonly resumed: true; readonly at: number }
  /** The wait between two attempts of a batch is over. */
  | { readonly woken: true; readonly at: number };

/** What one call reported, or a wait, in the execution that made it. */
export type CallReport =
  | OtherReport
  /** An attempt was made, or would have been too late for its key. */
  | {
      readonly outcome: Outcome<JsonObject>;
      readonly at: number;
      readonly random: number;
      /** When the call was sent. Absent: it was not, or an earlier release recorded it. */
      readonly sentAt?: number | undefined;
    }
  /** Stands for reports of a call that failed again and again, and was then to be repeated at an instant. */
  | { readonly compacted: Compacted; readonly until: number };

/** The same as Restate's journal holds it. */
export type RecordedReport =
  | OtherReport
  | { readonly outcome: unknown; readonly at: number; readonly random: number; readonly sentAt?: number | undefined }
  | { readonly compacted: unknown; readonly until: number };

const reportSchema: z.ZodType<RecordedReport> = z.union([
  z.object({ outcome: z.unknown(), at: z.number(), random: z.number(), sentAt: z.number().optional() }),
  z.object({ openUntil: z.number(), at: z.number() }),
  z.object({ reusedBy: z.string(), at: z.number() }),
  z.object({ checkpoint: z.literal(true), at: z.number() }),
  z.object({ resumed: z.literal(true), at: z.number() }),
  z.object({ woken: z.literal(true), at: z.number() }),
  z.object({ compacted: z.unknown(), until: z.number() }),
]);

/** The reports of a batch, as Restate journals them: one call after the other. */
export const recordedReportsSchema: z.ZodType<readonly RecordedReport[]> = z.array(reportSchema);

/** A start under an Idempotency-Key. */
export interface KeyedStart {
  readonly id: string;
  readonly service: string;
  readonly definition: string;
  /** The input as JSON, to be compared with that of a repeated start. */
  readonly input: string;
  /** When it started by the clock of its process, in milliseconds since the epoch. Earlier releases recorded none. */
  readonly startedAt?: number | undefined;
}

export const keyedStartSchema: z.ZodType<KeyedStart> = z.object({
  id: z.string(),
  service: z.string(),
  definition: z.string(),
  input: z.string(),
  startedAt: z.number().optional(),
});

/** A correlation that the input of a new saga has. */
export const startClaimSchema: z.ZodType<StartClaim> = z.object({ step: z.string(), correlation: z.string() });

/** A correlation that another saga has. */
export interface TakenCorrelation {
  readonly step: string;
  /** The id of the other saga. */
  readonly holder: string;
}

/** What became of the start of a saga with correlations: it started, or the key has that saga; or another saga has a correlation; or neither. */
export interface StartAnswer {
  readonly start?: KeyedStart | undefined;
  readonly taken?: TakenCorrelation | undefined;
}

export const startAnswerSchema: z.ZodType<StartAnswer> = z.object({
  start: keyedStartSchema.optional(),
  taken: z.object({ step: z.string(), holder: z.string() }).optional(),
});

/** One more event of a saga that has ended. */
export interface Append {
  /** How many there were when it was decided on. */
  readonly after: number;
  readonly event: { readonly at: number };
  /** When the saga started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

export const appendSchema: z.ZodType<Append> = z.object({
  after: z.number(),
  event: z.looseObject({ at: z.number() }),
  startedAt: z.number(),
});
