import type { Outcome } from "saga-core";
import type { Compacted, JsonObject } from "saga-core/engine";
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
export const operationRequestSchema = z.object({
  operation: z.unknown(),
  /** Restate's id for the execution of the saga's workflow, where this process has it and it may not be written yet. */
  invocation: z.string().optional(),
});

export type OperationRequest = Readonly<z.output<typeof operationRequestSchema>>;

/** A look at a saga from one part on; null: at all of it. */
export const lookRequestSchema = z.object({ part: z.number().int().nonnegative() }).nullish();

/** The operation as it is signalled to the workflow. */
export const signalledOperationSchema = z.object({
  /** The same each time it is sent, so that the workflow applies it once. */
  id: z.string(),
  operation: z.unknown(),
  /** The awakeable that receives the verdict. */
  reply: z.string(),
});

export type SignalledOperation = Readonly<z.output<typeof signalledOperationSchema>>;

/** What the workflow decided about an operation, or a signal. */
export const verdictSchema = z.union([
  z.object({ allowed: z.literal(true), signal: z.enum(["taken", "kept", "asks", "repeated"]).optional() }),
  z.object({
    allowed: z.literal(false),
    reason: z.string(),
    from: z.number().optional(),
    /** For a signal that is too late: why. */
    late: z.enum(["another-signal", "timeout", "turned", "ended"]).optional(),
    /** For a signal whose key came with another one before. */
    isKeyReused: z.literal(true).optional(),
  }),
  z.object({ allowed: z.literal("no-answer") }),
]);

export type Verdict = Readonly<z.output<typeof verdictSchema>>;

const reportSchema = z.union([
  /** An attempt was made, or would have been too late for its key. */
  z.object({ outcome: z.unknown(), at: z.number(), random: z.number(), sentAt: z.number().optional() }),
  /** Nothing was sent: until then the participant's circuit is open, or this process stops or waits for an earlier attempt to return. */
  z.object({ openUntil: z.number(), at: z.number() }),
  /** Nothing was sent: the id by which the rollback undoes was given to this other saga. */
  z.object({ reusedBy: z.string(), at: z.number() }),
  /** Nothing was sent, and the next call was certainly sent by no earlier execution. Also recorded when a wait is over. */
  z.object({ checkpoint: z.literal(true), at: z.number() }),
  /** This execution sent nothing; what an earlier one sent since the last record is in doubt. */
  z.object({ resumed: z.literal(true), at: z.number() }),
  /** The wait between two attempts of a batch is over. */
  z.object({ woken: z.literal(true), at: z.number() }),
  /** Stands for reports of a call that failed again and again, and was then to be repeated at an instant. */
  z.object({ compacted: z.unknown(), until: z.number() }),
]);

/** A report as Restate's journal holds it. */
export type RecordedReport = Readonly<z.output<typeof reportSchema>>;

/** The reports of a batch, as Restate journals them: one call after the other. */
export const recordedReportsSchema = z.array(reportSchema);

/** What one call reported, or a wait, in the execution that made it. */
export type CallReport =
  | Exclude<RecordedReport, { readonly outcome: unknown } | { readonly compacted: unknown }>
  | { readonly compacted: Compacted; readonly until: number }
  | {
      readonly outcome: Outcome<JsonObject>;
      readonly at: number;
      readonly random: number;
      /** When the call was sent. Absent: it was not, or an earlier release recorded it. */
      readonly sentAt?: number | undefined;
    };

/** A start under an Idempotency-Key. */
export const keyedStartSchema = z.object({
  id: z.string(),
  service: z.string(),
  definition: z.string(),
  /** The input as JSON, to be compared with that of a repeated start. */
  input: z.string(),
  /** When it started by the clock of its process, in milliseconds since the epoch. Earlier releases recorded none. */
  startedAt: z.number().optional(),
});

export type KeyedStart = Readonly<z.output<typeof keyedStartSchema>>;

/** A correlation that the input of a new saga has. */
export const startClaimSchema = z.object({ step: z.string(), correlation: z.string() });

const takenSchema = z.object({ step: z.string(), holder: z.string() });

/** A correlation that another saga has, whose id is `holder`. */
export type TakenCorrelation = Readonly<z.output<typeof takenSchema>>;

/** What became of the start of a saga with correlations: it started, or the key has that saga; or another saga has a correlation; or neither. */
export const startAnswerSchema = z.object({ start: keyedStartSchema.optional(), taken: takenSchema.optional() });

export type StartAnswer = Readonly<z.output<typeof startAnswerSchema>>;

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
