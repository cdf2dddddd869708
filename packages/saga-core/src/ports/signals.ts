import type { OperatorNote } from "../transition/event.ts";
import type { LateReason } from "../transition/saga.ts";
import type { FoundSaga, OperatedSaga } from "./found-saga.ts";

/** Who sends a signal. */
export interface SignalSender {
  /** The sender's Idempotency-Key, scoped to the caller, the saga and the step. Absent: an equal signal is a repetition all the same. */
  readonly key?: string | undefined;
  /** The tenant for whom it is sent: a saga of another tenant is not found. Absent: only sagas without a tenant are. */
  readonly tenant?: string | undefined;
  /** The sender, for people. */
  readonly by?: string | undefined;
}

/** A signal that was accepted. */
export interface AcceptedSignal extends OperatedSaga {
  readonly step: string;
  /**
   * `taken`: it ended the wait. `kept`: the saga is not at the wait yet. `asks`: it refuses what cannot be undone any more, so the saga needs a human.
   * `repeated`: an equal one was accepted before.
   */
  readonly signal: "taken" | "kept" | "asks" | "repeated";
}

/** Signals the steps that wait, and ends waits. */
export interface Signals {
  /**
   * Gives a signal to a step that waits. Resolves when what became of it is durable: it is never taken back.
   *
   * @throws SignalRefused, for instance for a late one; JournalError while nothing can be written; UnreadableSaga for a saga whose signal cannot be
   * validated here.
   */
  signal(id: string, step: string, signal: unknown, sender?: SignalSender): Promise<AcceptedSignal>;

  /**
   * The same, for the saga of a definition that holds a correlation. Where none does, it waits a while for one: nothing is kept for a
   * correlation that no saga holds.
   *
   * @throws SignalRefused (`correlation-unknown`) if still no saga holds it: send the signal again.
   */
  signalBy(
    definition: string,
    step: string,
    correlation: string | number,
    signal: unknown,
    sender?: SignalSender,
  ): Promise<AcceptedSignal>;

  /**
   * Ends the wait that a saga stands at as if its time were over. Resolves when that is durable.
   *
   * @throws OperationRefused if it does not wait there; JournalError while nothing can be written.
   */
  endWait(id: string, step: string, note?: OperatorNote): Promise<OperatedSaga>;

  /**
   * Notes that a person has dealt with a saga's late signals. Resolves when that is durable.
   *
   * @throws OperationRefused if it has none; JournalError while nothing can be written.
   */
  acknowledge(id: string, note?: OperatorNote): Promise<OperatedSaga>;
}

/** Why a signal was refused. */
export type SignalRefusal =
  | "not-found"
  | "invalid-signal"
  | "key-reused"
  | "late"
  | "correlation-unknown"
  | "overloaded"
  | "draining";

/** Thrown if a signal is refused. Only a late one may be recorded. */
export class SignalRefused extends Error {
  override readonly name = "SignalRefused";
  readonly refusal: SignalRefusal;
  /** For a late signal: why, and the saga as it is. */
  readonly late: (FoundSaga & { readonly because: LateReason }) | undefined;

  constructor(
    refusal: SignalRefusal,
    message: string,
    options: { readonly cause?: unknown; readonly late?: FoundSaga & { readonly because: LateReason } } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.refusal = refusal;
    this.late = options.late;
  }
}
