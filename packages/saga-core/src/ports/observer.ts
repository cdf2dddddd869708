import type { CallKind, TraceContext } from "../definition/attempt.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { ParticipantState, StartRefusal } from "./engine.ts";
import type { FoundSaga } from "./found-saga.ts";

/**
 * What an engine and its journal tell a host of what happens, for metrics, traces and logs. Every member may be absent. A member is called
 * in the course of a saga: it returns at once, and waits for nothing. What it throws is reported as a defect, once for each member, and harms no
 * saga.
 *
 * @example
 * ```ts
 * import type { Observer } from "saga-core";
 *
 * export const slowCalls: Observer = {
 *   attemptEnded: ({ step, beganAt }, { endedAt }) => {
 *     if (endedAt - beganAt > 1_000) console.warn(`${step} took ${endedAt - beganAt} ms`);
 *   },
 * };
 * ```
 */
export interface Observer {
  /**
   * A saga has a further event, and this is the saga after it. A start, an end and the need of a human are told when they are durable; all else
   * may come before. On Restate it is told by the process that runs the saga, and again where a process repeats what another one did.
   */
  happened?(found: FoundSaga, event: SagaEvent): void;

  /**
   * A saga that has not ended was read from the journal. After a start of the process it is told of every such saga, and later again where one
   * wakes. The embedded engine alone tells it.
   */
  read?(found: FoundSaga): void;

  /** A call to a participant begins: it is admitted, and sent now. */
  attemptBegan?(attempt: ObservedAttempt): void;

  /**
   * The trace context that the attempt carries to its participant, asked for after `attemptBegan`, with the same object. The first observer that
   * gives one is heard. Default: the context of the saga's start.
   */
  traceOf?(attempt: ObservedAttempt): TraceContext | undefined;

  /** It has an outcome: told with the same object as `attemptBegan`. It may never be told of a call that the stop of the engine cuts. */
  attemptEnded?(attempt: ObservedAttempt, end: AttemptEnd): void;

  /** A start was refused: no saga was made, and nothing was sent. */
  startRefused?(refused: RefusedStart): void;

  /** The circuit of a participant has opened, half-opened or closed. */
  circuitChanged?(state: ParticipantState): void;

  /** The journal has made records durable. */
  committed?(commit: JournalCommit): void;
}

/**
 * Why a call is made: `forward` the saga goes to its end · `settle` it finds out what became of a call, after its turn · `undo` it undoes what
 * was done.
 */
export type AttemptDirection = "forward" | "settle" | "undo";

/** One attempt at a call. One object stands for it from its begin to its end. Times are in milliseconds since the epoch. */
export interface ObservedAttempt {
  readonly sagaId: string;
  readonly definition: string;
  readonly version: number;
  readonly step: string;
  /** The name of the step's participant. */
  readonly participant: string;
  readonly direction: AttemptDirection;
  readonly call: CallKind;
  /** Which attempt at this call it is, from 1. */
  readonly number: number;
  /** The `Idempotency-Key` under which it is sent; a probe has that of the run that it looks for. */
  readonly key: string;
  /** When it was due: a repetition when its backoff ended, any other when the saga came to it. */
  readonly dueAt: number;
  readonly beganAt: number;
  /** The trace context of the saga's start. Absent: it had none. */
  readonly trace?: TraceContext;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly outcome: Outcome<JsonObject>;
  /** In milliseconds since the epoch. */
  readonly endedAt: number;
  /** Whether its handler has returned. If not, its deadline has passed, and the call keeps its place at the participant. */
  readonly hasReturned: boolean;
}

/** A start that was refused. */
export interface RefusedStart {
  /** Absent where no such definition is registered: so it is one of a few names. */
  readonly definition?: string;
  /** `journal-failed`: nothing could be written. */
  readonly reason: StartRefusal | "journal-failed";
}

/** Records that a journal made durable together. */
export interface JournalCommit {
  /** How many records. */
  readonly records: number;
  /** How many bytes their events have. */
  readonly bytes: number;
  /** How long it took to write them and to wait for the disk, in milliseconds. */
  readonly tookMs: number;
}
