/**
 * The API for engines, journals and surfaces: the decisions of `transition`, the views of a saga, the ports, and the functions with which
 * every engine starts a saga, makes an attempt, decides an operation and reads a history.
 *
 * @module
 */

export { idempotencyKey } from "./definition/attempt.ts";
export { callHandler } from "./definition/call-handler.ts";
export { callTimeoutOf } from "./definition/call-timeout.ts";
export { cutText } from "./definition/cut-text.ts";
export { hasEffect, isWait } from "./definition/handler.ts";
export { handlerOf } from "./definition/handler-of.ts";
export { readOutcome } from "./definition/read-outcome.ts";
export { pointer } from "./definition/schema.ts";
export { type StepTerms, termsOf } from "./definition/terms.ts";
export type { WaitTerms } from "./definition/wait-handler.ts";
export { AutomaticPauses, type AutomaticPausesPorts, type PauseVerdict } from "./engine/automatic-pauses.ts";
export { SIGNAL_WAIT_MS_MAX_DEFAULT, SIGNALS_WAITING_MAX_DEFAULT } from "./engine/correlations.ts";
export { RecordsLost } from "./engine/drain.ts";
export { fingerprintMismatch } from "./engine/fingerprint-mismatch.ts";
export { type Caller, callerOf, type Ticket } from "./engine/gate-call.ts";
export { type CallPorts, makeCall } from "./engine/make-call.ts";
export { lookForHolder, type NotSent, tooLate } from "./engine/not-sent.ts";
export { Observation } from "./engine/observation.ts";
export { type OperationRequest, operationEvent, readResult } from "./engine/operation-event.ts";
export { ParticipantGate } from "./engine/participant-gate.ts";
export { ParticipantGates } from "./engine/participant-gates.ts";
export { changedPause, isStillOwn } from "./engine/pause-rules.ts";
export { type History, readHistory } from "./engine/read-history.ts";
export {
  drainingRefusal,
  lateSignal,
  noSuchDefinition,
  noSuchSaga,
  notAllowed,
  type StartState,
  startRefusal,
  unreturnedRefusal,
} from "./engine/refusals.ts";
export { SagaReplay } from "./engine/saga-replay.ts";
export {
  type CorrelatedSignal,
  findCorrelated,
  isOtherUnderKey,
  keyReused,
  refuseOtherTenant,
  type SagaSearch,
  type SignalRequest,
  signalEvent,
} from "./engine/signal-event.ts";
export {
  isSameStart,
  newestFirst,
  type PreparedStart,
  prepareStart,
  readInput,
  refuseOtherInput,
  startOf,
} from "./engine/start.ts";
export { correlationTaken, type StartClaim, startClaims } from "./engine/start-correlations.ts";
export { Stop } from "./engine/stop.ts";
export { Subscribers } from "./engine/subscribers.ts";
export { requestOf, startedAs } from "./engine/typed-start.ts";
export { type CallName, UnreturnedCalls } from "./engine/unreturned-calls.ts";
export { type FoundInexactNumber, findInexactNumbers } from "./exact-json.ts";
export { isJsonObject, type Json, type JsonObject } from "./json.ts";
export { observed } from "./observed.ts";
export { HISTORY_PAGE, type OperationRefusal, type StartRefusal } from "./ports/engine.ts";
export {
  type CompactedRecord,
  type CorrelationQuery,
  correlationName,
  firstSeqOf,
  type HolderQuery,
  type IndexedSaga,
  isHolder,
  type Journal,
  type JournalRecord,
  type OpenPage,
  type OpenVersion,
  type RecordPage,
  type StoredRecord,
} from "./ports/journal.ts";
export { foundMatches, numberIn, pageOf, summaryMatches, summaryOf } from "./ports/match-query.ts";
export type { SagaOrder, SagaQuery, SearchOptions } from "./ports/saga-index.ts";
export { type Advance, type AppliedEvent, advance } from "./transition/advance.ts";
export { type Choice, choiceOf } from "./transition/choices.ts";
export { CORRELATION_MUST_BE } from "./transition/claims.ts";
export type { Call, Claim, Command } from "./transition/command.ts";
export { Compactor, compactedRecord, type FailureRange, type RecordedSaga, rangeAfter } from "./transition/compaction.ts";
export {
  type ChoiceName,
  type Consequence,
  consequenceOf,
  type ExplainedChoice,
  explainChoices,
} from "./transition/consequences.ts";
export { type Compacted, type Failure, isOperation, type Operation, type Refused, type Signalled } from "./transition/event.ts";
export { ImpossibleEvent } from "./transition/impossible-event.ts";
export { type LastingEffect, lastingOf } from "./transition/lasting.ts";
export { deadlineAt, patienceEndsAt } from "./transition/limits.ts";
export { type OpenPhaseName, openPhaseNames, openPhaseOf } from "./transition/open-phase.ts";
export { patienceOf } from "./transition/patience.ts";
export { readEvent } from "./transition/read-event.ts";
export { UnreadableEvent } from "./transition/record-members.ts";
export { redacted, redactedEvent, redactedMembers, redactedText } from "./transition/redacted.ts";
export type {
  InterventionReason,
  KnownSignal,
  LateReason,
  LateSignal,
  NeedsIntervention,
  StepProgress,
} from "./transition/saga.ts";
export { isAfterPivot, isKeyed, isPivotSent, isRepeatable, stepNamed } from "./transition/steps.ts";
export { fold, isAtRest, transition } from "./transition/transition.ts";
export { type SignalVerdict, unseenSignals, verdictOf } from "./transition/verdict.ts";
export { directionOf, rolledBack, stepOf } from "./transition/view.ts";
export { hasWaits, type OpenWait, openWait, openWaitOf, waitingFor } from "./transition/waits.ts";
