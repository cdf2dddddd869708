import { type FoundSaga, OperationRefused, StartRefused } from "../ports/engine.ts";
import type { JournalError } from "../ports/journal.ts";
import { SignalRefused } from "../ports/signals.ts";
import type { Operation, Refused } from "../transition/event.ts";
import type { LateReason } from "../transition/saga.ts";
import type { AdmissionVerdict } from "./admission.ts";
import type { PauseVerdict } from "./automatic-pauses.ts";
import type { UnreturnedCalls } from "./unreturned-calls.ts";

/** The state of an engine that decides whether a saga may start now. */
export interface StartState {
  readonly isDraining: boolean;
  /** What the pause of the definition says, if there is one. */
  readonly pause: PauseVerdict;
  /** The reason why nothing can be written at present; undefined if writing works. */
  readonly failure?: JournalError | undefined;
  /** What the limit counts, for the message: `sagas are in flight`. */
  readonly counted: string;
  readonly count: number;
  readonly countMax: number;
}

interface NotAllowed {
  readonly reason: string;
  readonly from?: number | undefined;
}

/** The refusal of a start of this definition now; undefined if a saga may start (rule 9). It is returned, not thrown. */
export function startRefusal(definition: string, state: StartState): StartRefused | JournalError | undefined {
  if (state.isDraining) return new StartRefused("draining", "The orchestrator is stopping and starts no saga.");
  if (state.pause.name === "paused") return pausedRefusal(definition, state.pause);
  if (state.failure) return state.failure;
  if (state.count < state.countMax) return undefined;
  return new StartRefused("overloaded", `${state.countMax} ${state.counted}, which is the limit.`);
}

/** The refusal of a start that could not make its calls before its deadline, by what is measured. It is returned, not thrown. */
export function crowdedRefusal({
  onTheirWay,
  perSecond,
  retryAfterMs,
  deadlineMs,
}: Extract<AdmissionVerdict, { readonly name: "refused" }>): StartRefused {
  const rate = perSecond === 0 ? "none gets" : `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second get`;
  const message = `${onTheirWay} sagas are on their way and ${rate} through: one more could not make its calls before its deadline of ${deadlineMs} ms.`;
  return new StartRefused("overloaded", message, { retryAfterMs });
}

function pausedRefusal(
  definition: string,
  { pause, retryAfterMs }: Extract<PauseVerdict, { readonly name: "paused" }>,
): StartRefused {
  const why = pause.automatic ? `has paused itself (${pause.note ?? "too many of its sagas came to need a human"})` : "is paused";
  const message = `The definition "${definition}" ${why}: no saga of it starts until it is resumed.`;
  return new StartRefused("paused", message, { retryAfterMs });
}

/** The refusal of an operation while the engine stops. */
export function drainingRefusal(): OperationRefused {
  return new OperationRefused("draining", "The orchestrator is stopping.");
}

/** The refusal of an operation on an unknown saga. */
export function noSuchSaga(id: string): OperationRefused {
  return new OperationRefused("not-found", `There is no saga ${id}.`);
}

/** The refusal of an operation on a definition that is not registered. */
export function noSuchDefinition(name: string): OperationRefused {
  return new OperationRefused("not-found", `There is no definition "${name}".`);
}

/** The refusal of an operation that the saga does not allow now. `from`: when it becomes allowed, in milliseconds since the epoch. */
export function notAllowed(sagaId: string, { reason, from }: NotAllowed): OperationRefused {
  return new OperationRefused("not-allowed", `This is not allowed for saga ${sagaId} now: ${reason}.`, from);
}

/**
 * The refusal of a person's "not applied" while an attempt at the call has not returned in this process, because it may still be sent
 * (rule 9); undefined for any other operation. It is returned, not thrown.
 */
export function unreturnedRefusal(
  sagaId: string,
  operation: Operation | Refused,
  unreturned: UnreturnedCalls,
): OperationRefused | undefined {
  if (operation.type !== "resolved" || operation.applied) return undefined;
  const { step, action } = operation;
  if (unreturned.since({ sagaId, step, type: action }) === undefined) return undefined;
  return notAllowed(sagaId, { reason: "an attempt at it has not returned yet in this process" });
}

/** The refusal of a signal that was late, with the saga as it is. It is recorded. */
export function lateSignal(found: FoundSaga, step: string, because: LateReason): SignalRefused {
  const message = `The signal for "${step}" of saga ${found.saga.id} is too late: ${lateReasons[because]}.`;
  return new SignalRefused("late", message, { late: { ...found, because } });
}

const lateReasons = {
  "another-signal": "another signal was the first",
  timeout: "the time of the wait was over, which is recorded",
  turned: "the saga had turned to compensation",
  ended: "the saga had ended",
} as const;
