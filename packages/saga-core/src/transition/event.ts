import type { Action, CallKind, TraceContext } from "../definition/attempt.ts";
import type { SagaContext } from "../definition/context.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import type { StepTerms } from "../definition/terms.ts";
import type { Turn } from "../definition/turn.ts";
import type { JsonObject } from "../json.ts";
import type { Refusal } from "./refusal.ts";
import type { SignalOutcome, StepProgress } from "./saga.ts";

/**
 * An event of a saga. The journal holds these and nothing else: folding them through `transition` gives the saga back, so
 * every event that changes a saga is recorded. Each carries its own time (milliseconds since the epoch) and, where one is used,
 * its random number, because `transition` has neither clock nor dice.
 */
export type SagaEvent =
  | Started
  | Answered
  | IdReused
  | Woken
  | PivotRecorded
  | ClosingRecorded
  | Parked
  | Resumed
  | CancelRequested
  | RetryRequested
  | Resolved
  | Signalled
  | WaitEnded
  | Acknowledged
  | Refused
  | CorrelationRefused
  | Compacted;

export interface Started {
  readonly type: "started";
  readonly at: number;
  readonly id: string;
  readonly definition: string;
  readonly version: number;
  readonly input: JsonObject;
  readonly policy: Policy;
  /** The hash of the definition's steps, kinds and words (rule 11). */
  readonly fingerprint: string;
  readonly terms: readonly StepTerms[];
  /**
   * By which rules it is decided, where a release changed them. 2: its closing record holds its turn, and the retention of a
   * key counts from its first request. Absent: a saga that an earlier release
   * began, whose records go on to mean what they meant.
   */
  readonly rules?: 2;
  /** The caller's Idempotency-Key, scoped (rule 7). */
  readonly idempotencyKey?: string;
  /** The identity that started it, where the host knew one. */
  readonly owner?: string;
  /** Who started it, as far as its definition takes that. */
  readonly context?: SagaContext;
  /** The members that its definition marked as secret. Absent: none. */
  readonly secret?: readonly string[];
  readonly trace?: TraceContext;
}

/** A call that a `run`, `rollback` or `probe` command requested has ended. */
export interface Answered {
  readonly type: "answered";
  readonly at: number;
  readonly step: string;
  readonly action: CallKind;
  readonly attempt: number;
  readonly outcome: Outcome<JsonObject>;
  readonly random: number;
  /** When the call was sent, by the same clock as `at`. Absent: it was not sent, or an earlier release recorded it. */
  readonly sentAt?: number;
}

/**
 * A rollback was not sent: the id by which it undoes belongs to another saga now (rule 6). The attempt that was decided on was not made.
 */
export interface IdReused {
  readonly type: "id-reused";
  readonly at: number;
  readonly step: string;
  /** The id of the other saga. */
  readonly holder: string;
}

/** The instant of a `wait` command has come. */
export interface Woken {
  readonly type: "woken";
  readonly at: number;
}

/** The pivot may be sent once this record is durable (rule 5). */
export interface PivotRecorded {
  readonly type: "pivot-recorded";
  readonly at: number;
}

/** The closing record: every step is done or not applied, and no `run` is ever sent again (rule 4). */
export interface ClosingRecorded {
  readonly type: "closing-recorded";
  readonly at: number;
  /** What every rollback is told. Absent in the records of earlier releases: the saga's own turn. */
  readonly turn?: Turn;
}

/**
 * Nothing is under way, and the records name every call that was sent. Written when an engine stops, when a circuit is open, and when an
 * unkeyed call finds no room. A call that was decided on was not made.
 */
export interface Parked {
  readonly type: "parked";
  readonly at: number;
}

/** An engine goes on with the saga. If it was not parked, the calls after its last durable record are not known. */
export interface Resumed {
  readonly type: "resumed";
  readonly at: number;
  /** The clock is behind the saga's last record, so nobody knows how long ago its keys were first sent: they may be forgotten. */
  readonly isBehind?: true;
}

/** The person who requested an operation, and their note. */
export interface OperatorNote {
  readonly by?: string;
  readonly note?: string;
}

/** A person requested that it be undone. It never completes after this: an accepted cancel is a promise (rule 5). */
export interface CancelRequested extends OperatorNote {
  readonly type: "cancel-requested";
  readonly at: number;
}

/** An operator requested that the waiting call be made now. */
export interface RetryRequested extends OperatorNote {
  readonly type: "retry-requested";
  readonly at: number;
}

/** An operator found out whether a call took effect. */
export interface Resolved extends OperatorNote {
  readonly type: "resolved";
  readonly at: number;
  readonly step: string;
  readonly action: Action;
  readonly applied: boolean;
  /** The step's result, if its `run` was applied; otherwise empty. */
  readonly result: JsonObject;
}

/** A signal came for a step that waits. Whether it was taken, is kept, needs a human or is late is found by folding. */
export interface Signalled {
  readonly type: "signalled";
  readonly at: number;
  readonly step: string;
  readonly outcome: SignalOutcome;
  /** The sender's Idempotency-Key, scoped to the caller. */
  readonly key?: string;
  readonly by?: string;
}

/** A person requested that a wait end as if its time were over. */
export interface WaitEnded extends OperatorNote {
  readonly type: "wait-ended";
  readonly at: number;
  readonly step: string;
}

/** A person has dealt with the late signals. */
export interface Acknowledged extends OperatorNote {
  readonly type: "acknowledged";
  readonly at: number;
}

/** That somebody was refused something. It is noted, and changes nothing else. */
export interface Refused extends Refusal {
  readonly type: "refused";
  readonly at: number;
}

/** Another saga has the correlation of a step that waits: the saga needs a human there. */
export interface CorrelationRefused {
  readonly type: "correlation-refused";
  readonly at: number;
  readonly step: string;
  /** The id of the other saga. */
  readonly holder: string;
}

/**
 * Stands for a range of records in which the same call failed again and again, and nothing else changed (ADR 21): the events that it
 * stands for are gone from the journal. Its own number is that of the last of them.
 */
export interface Compacted {
  readonly type: "compacted";
  /** When the last of them happened. */
  readonly at: number;
  /** How many records it stands for, its own included. */
  readonly records: number;
  readonly step: string;
  readonly action: CallKind;
  /** How far the step was after the last of them, and the saga's barrier. */
  readonly progress: StepProgress;
  readonly barrier: number;
  /** The first and the last failure, and how many there were. */
  readonly first: Failure;
  readonly last: Failure;
  readonly count: number;
}

/** An attempt that had no clear answer. */
export interface Failure {
  readonly at: number;
  readonly attempt: number;
  readonly outcome: "unavailable" | "unknown";
  readonly reason: string;
}

/** An event that a person requested. */
export type Operation = CancelRequested | RetryRequested | Resolved | WaitEnded | Acknowledged;

/** Whether a person requested the event. */
export function isOperation(event: SagaEvent): event is Operation {
  switch (event.type) {
    case "cancel-requested":
    case "retry-requested":
    case "resolved":
    case "wait-ended":
    case "acknowledged":
      return true;
    case "started":
    case "answered":
    case "id-reused":
    case "woken":
    case "pivot-recorded":
    case "closing-recorded":
    case "parked":
    case "resumed":
    case "signalled":
    case "refused":
    case "correlation-refused":
    case "compacted":
      return false;
  }
}
