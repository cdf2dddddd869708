import type { TraceContext } from "../definition/attempt.ts";
import type { OperatorNote, SagaEvent } from "../transition/event.ts";
import type { Refusal } from "../transition/refusal.ts";
import type { Saga } from "../transition/saga.ts";
import type { FoundSaga, OperatedSaga } from "./found-saga.ts";
import type { Pause } from "./journal.ts";
import type { Signals } from "./signals.ts";

export type { FoundSaga, OperatedSaga } from "./found-saga.ts";

/** A request to start one saga. */
export interface StartRequest {
  /** The name of a registered definition. */
  readonly definition: string;
  /** Validated against the definition's input schema. */
  readonly input: unknown;
  /** The caller's Idempotency-Key, scoped to the caller (rule 7). Absent: every start makes a new saga. */
  readonly idempotencyKey?: string;
  /** The identity that starts it, where the host knows one: it owns the saga, and its keys are its own. Default: nobody does. */
  readonly owner?: string;
  /** Who starts it: a `SagaContext`, validated against what the definition takes. A tenant in it scopes the key too. */
  readonly context?: unknown;
  readonly trace?: TraceContext;
  /** Whether the caller will call `untilRest`: an engine that starts sagas over a network then sends one request for both. */
  readonly isAwaited?: boolean;
}

/** A saga that was accepted, or that an earlier start with the same key made. */
export interface StartedSaga {
  readonly id: string;
  /**
   * Resolves when the start is durable: then the saga ends right, in spite of any crash. Rejects with a JournalError when it could not
   * be written: then there is no such saga.
   */
  readonly accepted: Promise<void>;
  /**
   * Waits until the saga is at rest: it has ended or needs a human, durably; or, still running, the engine stops (see `drain`). The promise
   * rejects when a defect stopped the saga: its fate is known after the next start. The engine keeps a waiter from this call on.
   */
  readonly untilRest: () => Promise<Saga>;
}

/** Drives sagas: performs the commands of `transition` and makes events of the results. */
export interface Engine extends Signals {
  /**
   * Starts a saga, or finds the one that an earlier start with the same key made.
   *
   * @throws StartRefused if the saga is not started; JournalError while nothing can be written. No call was sent.
   */
  start(request: StartRequest): Promise<StartedSaga>;

  /**
   * A saga as it is now, and its definition; undefined for an unknown id.
   *
   * @throws UnreadableSaga if its records are damaged or do not fit the definition.
   */
  get(id: string): Promise<FoundSaga | undefined>;

  /**
   * The sagas not at rest that cannot be read, because their version is not registered or their records are damaged: each needs a human,
   * and nothing is done for it (rule 11).
   */
  unreadable(): ReadonlySet<string>;

  /** The state of the gate of every participant that was called. */
  participants(): readonly ParticipantState[];

  /**
   * A page of a saga's events, in order, all durable: a crash takes none of them back. Empty where there are no more; undefined for an
   * unknown id.
   *
   * @throws UnreadableSaga if its records are damaged or do not fit the definition.
   */
  history(id: string, page?: HistoryPage): Promise<readonly HistoryEntry[] | undefined>;

  /**
   * Cancels a saga: it is undone. Resolves when that is durable; then the saga never completes (rule 5).
   *
   * @throws OperationRefused, for instance once its pivot may have been sent; JournalError while nothing can be written.
   */
  cancel(id: string, note?: OperatorNote): Promise<OperatedSaga>;

  /**
   * Makes the waiting call now; for a saga that needs a human, only where repeating it is safe.
   *
   * @throws OperationRefused, for instance where the call could be applied twice; JournalError while nothing can be written.
   */
  retry(id: string, note?: OperatorNote): Promise<OperatedSaga>;

  /**
   * Resolves the doubt of a saga that needs a human: its call was applied, or was not. Resolves when that is durable.
   *
   * @throws OperationRefused, for instance where an attempt may still be on its way to the participant; JournalError while nothing can be
   * written.
   */
  resolve(id: string, resolution: Resolution): Promise<OperatedSaga>;

  /**
   * Records in the history of an open saga that somebody was refused something. The same refusal is recorded once, and a saga has at most sixteen:
   * somebody without a role cannot fill the journal. It changes nothing else.
   *
   * @throws OperationRefused where it is on record, or is not put there; JournalError while nothing can be written.
   */
  noteRefusal(id: string, refusal: Refusal): Promise<void>;

  /** The paused definitions. Their sagas under way go on, and a repeated start still gets its saga. */
  pauses(): Promise<readonly Pause[]>;

  /** The paused definitions as this process last read them. It waits for nothing. */
  knownPauses(): readonly Pause[];

  /**
   * Refuses further starts of a definition, also after a restart, until `endPause`. Resolves when that is durable. An operator's pause that is
   * there already stays as it is; one that the definition made itself becomes the operator's.
   *
   * @throws OperationRefused for a definition that is not registered.
   */
  pause(definition: string, note?: OperatorNote): Promise<void>;

  /**
   * Lets a definition's sagas start again. Resolves when that is durable.
   *
   * @throws OperationRefused for a definition that is not registered.
   */
  endPause(definition: string): Promise<void>;

  /** Calls `listener` with every event and the saga that it made. Returns a function that unsubscribes. */
  subscribe(listener: SagaListener): () => void;

  /**
   * Accepts no new saga, and lets running ones come to rest for at most `graceMs` milliseconds. A call whose deadline is later than that is
   * not begun, and a call that is still under way then is cut: it is in doubt, as after a kill. Resolves when everything recorded is durable,
   * with what is left to the next start.
   *
   * @throws JournalError when the journal does not hold everything that happened.
   */
  drain(graceMs: number): Promise<Drained>;
}

/** What a drain left. */
export interface Drained {
  /** The sagas that have not ended and need no human: the next start goes on with them. Undefined where their number is not known. */
  readonly unfinished?: number;
  /** The calls that were under way at the end of the grace. */
  readonly callsCut: number;
}

/** The most events on a page of a saga's history, where no other number is given. */
export const HISTORY_PAGE = 100;

/** One page of a saga's history. */
export interface HistoryPage {
  /** Only events with a higher number. Default: 0, from the start. */
  readonly after?: number;
  /** The most events on the page. Default: 100. */
  readonly limit?: number;
}

/** An event of a saga. */
export interface HistoryEntry {
  /** Its number. Numbers rise, with gaps before a `compacted` event, which has the last number of those that it stands for. */
  readonly seq: number;
  readonly event: SagaEvent;
  /** The saga after it. */
  readonly saga: Saga;
}

/** The state of a participant's gate, for operators. */
export interface ParticipantState {
  readonly participant: string;
  /**
   * `open`: several sagas failed at the participant with no clear answer between, and it holds them back. `half-open`: one at a time of those
   * held back tries. A saga that has not failed there is not held back.
   */
  readonly circuit: "closed" | "open" | "half-open";
  /** Calls whose handlers have not returned, be they past their deadline or not. */
  readonly callsInFlight: number;
  /** Calls and sagas that wait in the queue, or for the circuit. */
  readonly waiting: number;
  /** The different sagas that failed there since its last clear answer: 100,000 at most. */
  readonly failures: number;
  /** Whether the last of them failed with an answer, or there was none: a timeout, or no connection. Absent: there is none. */
  readonly lastFailure?: "answer" | "silence";
  /** When one of those held back may try, in milliseconds since the epoch. */
  readonly nextTrialAt?: number;
}

/** An operator's answer about a call that needs a human. */
export interface Resolution extends OperatorNote {
  readonly step: string;
  /** Whether the call had its effect. */
  readonly applied: boolean;
  /** The step's result, if a `run` was applied; validated with the step's `gives`. Default: an empty object. */
  readonly result?: unknown;
}

/** Why an operation was refused. */
export type OperationRefusal = "not-found" | "not-allowed" | "invalid-result" | "draining";

/** Thrown if an operation is refused; nothing has changed. */
export class OperationRefused extends Error {
  override readonly name = "OperationRefused";
  readonly refusal: OperationRefusal;
  /** When it becomes allowed, in milliseconds since the epoch, where waiting helps. */
  readonly from: number | undefined;

  constructor(refusal: OperationRefusal, message: string, from?: number, options?: { readonly cause: unknown }) {
    super(message, options);
    this.refusal = refusal;
    this.from = from;
  }
}

/** Called with every event of every saga, and the saga that the event made. */
export type SagaListener = (found: FoundSaga, event: SagaEvent) => void;

/** Thrown for a saga that the journal holds and this process cannot read: its version is not registered, or a record is damaged. */
export class UnreadableSaga extends Error {
  override readonly name = "UnreadableSaga";
}

/** Why a start was refused. */
export type StartRefusal =
  | "unknown-definition"
  | "invalid-input"
  | "invalid-context"
  | "key-reused"
  | "correlation-taken"
  | "overloaded"
  | "paused"
  | "draining";

/** Thrown if a start is refused: no saga was made, and nothing was sent. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
  readonly refusal: StartRefusal;
  /** After how long the same start may succeed, in milliseconds, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    refusal: StartRefusal,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.refusal = refusal;
    this.retryAfterMs = options.retryAfterMs;
  }
}
