/**
 * The API for engines, journals and surfaces: the decisions of `transition`, the views of a saga, the ports, and the functions with which
 * every engine starts a saga, makes an attempt, decides an operation and reads a history.
 *
 * @module
 */

export { idempotencyKey } from "./definition/attempt.ts";
export { callHandler } from "./definition/call-handler.ts";
export { cutText } from "./definition/cut-text.ts";
export { hasEffect } from "./definition/handler.ts";
export { handlerOf } from "./definition/handler-of.ts";
export { readOutcome } from "./definition/read-outcome.ts";
export { pointer } from "./definition/schema.ts";
export { AutomaticPauses, type AutomaticPausesPorts, type PauseVerdict } from "./engine/automatic-pauses.ts";
export { RecordsLost } from "./engine/drain.ts";
export { fingerprintMismatch } from "./engine/fingerprint-mismatch.ts";
export { type Caller, callerOf, type Ticket } from "./engine/gate-call.ts";
export { type CallPorts, makeCall } from "./engine/make-call.ts";
export { lookForHolder, type NotSent, tooLate } from "./engine/not-sent.ts";
export { type OperationRequest, operationEvent, readResult } from "./engine/operation-event.ts";
export { ParticipantGate } from "./engine/participant-gate.ts";
export { ParticipantGates } from "./engine/participant-gates.ts";
export { changedPause, isStillOwn } from "./engine/pause-rules.ts";
export { type History, readHistory } from "./engine/read-history.ts";
export {
  drainingRefusal,
  noSuchDefinition,
  noSuchSaga,
  notAllowed,
  type StartState,
  startRefusal,
  unreturnedRefusal,
} from "./engine/refusals.ts";
export { SagaReplay } from "./engine/saga-replay.ts";
export { newestFirst, type PreparedStart, prepareStart, readInput, refuseOtherInput, startOf } from "./engine/start.ts";
export { Stop } from "./engine/stop.ts";
export { Subscribers } from "./engine/subscribers.ts";
export { type CallName, UnreturnedCalls } from "./engine/unreturned-calls.ts";
export { type FoundInexactNumber, findInexactNumbers } from "./exact-json.ts";
export { isJsonObject, type Json, type JsonObject } from "./json.ts";
export { observed } from "./observed.ts";
export { HISTORY_PAGE, type OperationRefusal, type StartRefusal } from "./ports/engine.ts";
export {
  type CompactedRecord,
  firstSeqOf,
  type HolderQuery,
  isHolder,
  type Journal,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type RecordPage,
  type StoredRecord,
} from "./ports/journal.ts";
export { foundMatches, numberIn, summaryMatches } from "./ports/match-query.ts";
export type { SagaQuery, SearchOptions } from "./ports/saga-index.ts";
export { type Advance, type AppliedEvent, advance } from "./transition/advance.ts";
export { type Choice, choiceOf } from "./transition/choices.ts";
export type { Call, Command } from "./transition/command.ts";
export { Compactor, compactedRecord, type FailureRange, type RecordedSaga, rangeAfter } from "./transition/compaction.ts";
export { type ChoiceName, type Consequence, type ExplainedChoice, explainChoices } from "./transition/consequences.ts";
export { type Compacted, type Failure, isOperation, type Operation } from "./transition/event.ts";
export { ImpossibleEvent } from "./transition/impossible-event.ts";
export { deadlineAt, patienceEndsAt } from "./transition/limits.ts";
export { readEvent, UnreadableEvent } from "./transition/read-event.ts";
export type { InterventionReason, NeedsIntervention, StepProgress, Turn } from "./transition/saga.ts";
export { isAfterPivot, isKeyed } from "./transition/steps.ts";
export { fold, isAtRest, transition } from "./transition/transition.ts";
export { directionOf, rolledBack, stepOf } from "./transition/view.ts";
