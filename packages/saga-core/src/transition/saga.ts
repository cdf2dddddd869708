import type { Action, TraceContext } from "../definition/attempt.ts";
import type { SagaContext } from "../definition/context.ts";
import type { Done, Rejected } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import type { StepTerms } from "../definition/terms.ts";
import type { Turn } from "../definition/turn.ts";
import type { JsonObject } from "../json.ts";
import type { Refusal } from "./refusal.ts";

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
  /** By which rules it is decided: see `Started`. */
  readonly rules?: 2;
  /** As it is kept: in the scope of the saga's owner, else of its tenant. */
  readonly idempotencyKey?: string;
  /** The identity that started it, where the host knew one. */
  readonly owner?: string;
  /** Who started it, as far as its definition takes that. */
  readonly context?: SagaContext;
  /** The members of its input, data and signals that were secret at its start. Absent: none. */
  readonly secret?: readonly string[];
  readonly trace?: TraceContext;
  /** The instant from which the deadline counts, and `giveUpMs` at the soonest, if a step had a deadline of its own, or waited: its end. Default: the start. */
  readonly clockFrom?: number;
  /**
   * The instant from which `giveUpMs` counts, if a human requested another try, a step had a time of giving up of its own, or a lasting
   * step was left in doubt. Default: the start.
   */
  readonly patienceFrom?: number;
  /** The signals that came too late, in their order; those that a person has dealt with too. Absent: none. */
  readonly lateSignals?: readonly LateSignal[];
  /** What somebody was refused, the first few of it. Absent: nothing. */
  readonly refusals?: readonly Refusal[];
  /** The steps that may stand although the saga is cancelled, declared harmless (rule 3). */
  readonly orphans: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When its phase changed last. Absent: never. Only people look at it, nothing is decided by it. */
  readonly phaseSince?: number;
  /** The number of the event by which its phase changed last. Absent: none did. */
  readonly phaseSeq?: number;
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
  /** For `id-reused`: the saga that the participant gave the same id to. For `correlation-taken`: the saga that has the correlation. */
  readonly holder?: string;
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
  /** The time of a wait is over, and no signal came. */
  | "no-signal"
  /** Another saga has the correlation by which a sender would signal: only a signal by its own id finds this one. */
  | "correlation-taken"
  /** The step before gave a correlation that no sender could name: only a signal by the saga's own id finds it. */
  | "correlation-unusable"
  /** The version of its definition is not registered here: nothing is done until it is (rule 11). */
  | "unregistered"
  /** Its records cannot be read: nothing is done until they can. */
  | "unreadable";

/**
 * `pending` not tried · `waiting` for a signal or an instant · `running` under way, and nothing unclear · `unknown` an attempt had no clear answer, and it is being settled ·
 * `done` · `rejected` refused · `skipped` left without effect: never sent, or every attempt certainly had none · `undoing` · `undone` · `undo-refused` its
 * rollback was refused, the earlier ones go on, and then the saga needs a human
 */
export type StepStatus =
  | "pending"
  | "waiting"
  | "running"
  | "unknown"
  | "done"
  | "rejected"
  | "skipped"
  | "undoing"
  | "undone"
  | "undo-refused";

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
  /** When the first attempt at the present action failed, and when the first one came to be in doubt, for people: nothing is decided by them. */
  readonly firstFailedAt?: number;
  readonly firstInDoubtAt?: number;
  /** When the attempt under way was decided on: it was made then or later. */
  readonly calledAt?: number;
  /** No attempt at the present action was sent before this instant: the retention of its key counts from there. Absent where the key is never forgotten. */
  readonly notSentBefore?: number;
  /** When the first attempt at the present action was decided on: the step's own patience counts from there. Absent where it has none. */
  readonly firstCalledAt?: number;
  /** When the next attempt is due; absent: at once. */
  readonly nextAttemptAt?: number;
  /** Since when the saga waits there, while it does. */
  readonly waitingSince?: number;
  /** When the time of that wait is over; absent: never. */
  readonly waitingUntil?: number;
  /** The first signal of a step that waits: kept until the saga is there, then taken. After the pivot a refusal is here until another one comes. */
  readonly signal?: KnownSignal;
  /** After the pivot, the refusals that another signal or a person answered since, or after which a person let the saga wait once more. */
  readonly pastRefusals?: readonly KnownSignal[];
  /** The saga that has the correlation of this step. */
  readonly correlationHolder?: string;
}

/** What a signal means: the outcome that its step made of it. */
export type SignalOutcome = Done<JsonObject> | Rejected;

/** A signal as it was recorded. */
export interface KnownSignal {
  readonly at: number;
  readonly outcome: SignalOutcome;
  /** The sender's Idempotency-Key, scoped to the caller. */
  readonly key?: string;
  readonly by?: string;
}

/**
 * Why a signal was too late. `another-signal`: the first one is the answer. `timeout`: the wait had ended without one. `turned`: the saga had
 * turned to compensation. `ended`: the saga had ended.
 */
export type LateReason = "another-signal" | "timeout" | "turned" | "ended";

export interface LateSignal extends KnownSignal {
  readonly step: string;
  readonly because: LateReason;
  /** It was kept, and its sender was told so. */
  readonly wasKept?: true;
  /** A person has dealt with it. */
  readonly isAcknowledged?: true;
}

export interface LastError {
  readonly outcome: "rejected" | "unavailable" | "unknown";
  readonly reason: string;
}
