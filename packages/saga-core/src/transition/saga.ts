import type { Action, TraceContext } from "../definition/attempt.ts";
import type { Policy } from "../definition/policy.ts";
import type { StepTerms } from "../definition/terms.ts";
import type { JsonObject } from "../json.ts";

/** One saga, as its recorded events made it. Plain data. Times are in milliseconds since the epoch. */
export interface Saga {
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  /** How many events made this saga; the number of its last record. */
  readonly seq: number;
  readonly input: JsonObject;
  /** The results of the done steps. */
  readonly data: JsonObject;
  readonly phase: Phase;
  readonly steps: readonly StepProgress[];
  /** Every later call waits until the records up to this number are durable (rule 5). */
  readonly barrier: number;
  /** The number of the standing pivot record; absent while the pivot is certainly unsent. */
  readonly pivotRecord?: number;
  /** The saga is parked: nothing is under way, and its next event is `resumed` or an operation. */
  readonly isParked?: true;
  /** How long its keys were kept is not known, because the clock went back: none of limited retention is relied on. */
  readonly keysMayBeForgotten?: true;
  readonly fingerprint: string;
  readonly terms: readonly StepTerms[];
  readonly policy: Policy;
  readonly idempotencyKey?: string;
  readonly trace?: TraceContext;
  /** The instant from which `giveUpMs` counts, if a human requested another try. Default: the start. */
  readonly patienceFrom?: number;
  /** The steps that may stand although the saga is cancelled, declared harmless (rule 3). */
  readonly orphans: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Where a saga is. An ended one accepts no event. */
export type Phase = Forward | Settling | Undoing | Completed | Cancelled | NeedsIntervention;

export interface Forward {
  readonly name: "forward";
}

/** Turned to compensation: unknown calls are settled before anything is undone (rule 4). */
export interface Settling {
  readonly name: "settling";
  readonly turn: Turn;
}

/** Closed: rollbacks, in reverse, one at a time (rule 6). */
export interface Undoing {
  readonly name: "undoing";
  readonly turn: Turn;
}

export interface Completed {
  readonly name: "completed";
}

export interface Cancelled {
  readonly name: "cancelled";
  readonly turn: Turn;
}

/** The saga needs a human: only a person can find out whether the call had its effect, or make it succeed. */
export interface NeedsIntervention {
  readonly name: "needs-intervention";
  readonly step: string;
  readonly action: Action;
  readonly reason: InterventionReason;
  readonly during: Forward | Settling | Undoing;
  /** For the reason `id-reused`: the id of the saga that the participant gave the same id to. */
  readonly holder?: string;
}

/** Why a saga turned to compensation, and at which step. */
export interface Turn {
  readonly cause: "rejected" | "unavailable" | "deadline" | "cancelled";
  readonly step: string;
  readonly reason: string;
}

/** Why a saga needs a human. */
export type InterventionReason =
  /** The participant keeps no keys, so repeating could apply the call twice. */
  | "unknown-unkeyed"
  /** A rollback, or a step after the pivot, was refused. */
  | "refused"
  /** Repeating did not settle it until the time of giving up. */
  | "gave-up"
  /** The participant says that a key was misused. */
  | "defect"
  /** The id by which a rollback undoes was given to another saga since: repeated, it could undo what that saga did. */
  | "id-reused"
  /** The version of its definition is not registered here: nothing is done until it is (rule 11). */
  | "unregistered"
  /** Its records cannot be read: nothing is done until they can. */
  | "unreadable";

/**
 * `pending` not tried · `running` under way, and nothing unclear · `unknown` an attempt had no clear answer, and it is being settled ·
 * `done` · `rejected` refused · `skipped` left without effect: never sent, or every attempt certainly had none · `undoing` · `undone`
 */
export type StepStatus = "pending" | "running" | "unknown" | "done" | "rejected" | "skipped" | "undoing" | "undone";

/** How far one step is. Times are in milliseconds since the epoch. */
export interface StepProgress {
  readonly step: string;
  readonly status: StepStatus;
  /** Attempts at the present action: at `run`, or at `rollback` once undoing began. */
  readonly attempts: number;
  /** Whether an attempt is under way. */
  readonly calling: boolean;
  /** The last attempt's reason, while the step is not done. */
  readonly lastError?: LastError;
  /** There is an attempt whose effect is not known; it was sent by this instant. Absent: nothing is in doubt. */
  readonly inDoubtSince?: number;
  /** When the attempt under way was decided on: it was made then or later. */
  readonly calledAt?: number;
  /** When the next attempt is due; absent: at once. */
  readonly nextAttemptAt?: number;
}

export interface LastError {
  readonly outcome: "rejected" | "unavailable" | "unknown";
  readonly reason: string;
}
