import type { TraceContext } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import type { OperatorNote, SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import type { Pause } from "./journal.ts";

export interface StartRequest {
  /** The name of a registered definition. */
  readonly definition: string;
  /** Validated against the definition's input schema. */
  readonly input: unknown;
  /** The caller's Idempotency-Key, scoped to the caller (rule 7). */
  readonly idempotencyKey?: string;
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
export interface Engine {
  /** @throws StartRefused when the saga was not started; nothing was sent to any participant. */
  start(request: StartRequest): Promise<StartedSaga>;

  /**
   * A saga as it is now, and its definition; undefined for an id that was never given.
   *
   * @throws UnreadableSaga
   */
  get(id: string): Promise<FoundSaga | undefined>;

  /**
   * The sagas not at rest that cannot be read, because their version is not registered or their records are damaged: each needs a human,
   * and nothing is done for it (rule 11).
   */
  unreadable(): ReadonlySet<string>;

  /** Every participant that was called, and whether it is there. */
  participants(): readonly ParticipantState[];

  /**
   * A saga's events, in order, durably: a crash takes none of them back.
   *
   * @throws UnreadableSaga
   */
  history(id: string): Promise<readonly SagaEvent[] | undefined>;

  /**
   * Cancels a saga: it is undone. Resolves when that is durable; then the saga never completes (rule 5).
   *
   * @throws OperationRefused, for instance from when its pivot may have been sent.
   */
  cancel(id: string, note?: OperatorNote): Promise<FoundSaga>;

  /**
   * Makes the waiting call now; for a saga that needs a human, only where repeating it is safe.
   *
   * @throws OperationRefused
   */
  retry(id: string, note?: OperatorNote): Promise<FoundSaga>;

  /**
   * Resolves the doubt of a saga that needs a human: its call was applied, or was not. Resolves when that is durable.
   *
   * @throws OperationRefused, for instance where an attempt may still be on its way to the participant.
   */
  resolve(id: string, resolution: Resolution): Promise<FoundSaga>;

  /** The paused definitions. Their sagas under way go on, and a repeated start still gets its saga. */
  pauses(): Promise<readonly Pause[]>;

  /**
   * Refuses further starts of a definition, also after a restart, until `endPause`. Resolves when that is durable.
   *
   * @throws OperationRefused for a definition that is not registered.
   */
  pause(definition: string, note?: OperatorNote): Promise<void>;

  /** Lets a definition's sagas start again. Resolves when that is durable. */
  endPause(definition: string): Promise<void>;

  /** Calls `listener` with every event and the saga that it made. Returns a function that unsubscribes. */
  subscribe(listener: SagaListener): () => void;

  /**
   * Accepts no new saga, lets those under way come to rest for as long as `graceMs`, then stops at a point from which the next start
   * resumes. Resolves when no call is under way and everything recorded is durable.
   */
  drain(graceMs: number): Promise<void>;
}

/** The gate of a participant, as an operator sees it. */
export interface ParticipantState {
  readonly participant: string;
  /** `open`: it is taken for dead and not called. `half-open`: one call at a time tries whether it answers again. */
  readonly circuit: "closed" | "open" | "half-open";
  readonly callsInFlight: number;
  /** Calls and sagas that wait in the queue, or for the circuit to close. */
  readonly waiting: number;
  /** Calls in a row without an answer. */
  readonly failures: number;
  /** When a trial call is made, in milliseconds since the epoch. */
  readonly nextTrialAt?: number;
}

/** What a human found out about the call whose effect is in doubt. */
export interface Resolution extends OperatorNote {
  readonly step: string;
  readonly applied: boolean;
  /** What the step gave, where a `run` was applied; validated against what it gives. */
  readonly result?: unknown;
}

export type OperationRefusal = "not-found" | "not-allowed" | "invalid-result" | "draining";

/** An operation was refused, and changed nothing. */
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

export interface FoundSaga {
  readonly saga: Saga;
  readonly controller: Controller;
}

export type SagaListener = (found: FoundSaga, event: SagaEvent) => void;

/** The journal holds the saga, but not as anything that this process can read: an unregistered version, or a corrupt record. */
export class UnreadableSaga extends Error {
  override readonly name = "UnreadableSaga";
}

export type StartRefusal = "unknown-definition" | "invalid-input" | "key-reused" | "overloaded" | "paused" | "draining";

/** A saga was not started, and nothing else was done. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
  readonly refusal: StartRefusal;

  constructor(refusal: StartRefusal, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.refusal = refusal;
  }
}
