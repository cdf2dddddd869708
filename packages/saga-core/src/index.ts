export type { Action, Attempt, CallKind, TraceContext } from "./definition/attempt.ts";
export { idempotencyKey } from "./definition/attempt.ts";
export { callHandler } from "./definition/call-handler.ts";
export { type AnyChain, type Chain, chain } from "./definition/chain.ts";
export { type Arrow, CANCELLED, type Chart, COMPLETED } from "./definition/chart.ts";
export { Controller, type Definition, type EventOf, type StateOf } from "./definition/controller.ts";
export { DefinitionError, FingerprintMismatch } from "./definition/definition-error.ts";
export { givesNothing } from "./definition/gives-nothing.ts";
export {
  type AnyHandler,
  CompensatableHandler,
  Handler,
  PivotHandler,
  RetriableHandler,
  type StepKind,
} from "./definition/handler.ts";
export { handlerOf } from "./definition/handler-of.ts";
export { toMermaid } from "./definition/mermaid.ts";
export {
  type Done,
  done,
  type Nothing,
  type Outcome,
  type Rejected,
  rejected,
  type Unavailable,
  type Unknown,
  unavailable,
  unknown,
} from "./definition/outcome.ts";
export { ARRIVES_WITHIN_MS_DEFAULT, type Participant } from "./definition/participant.ts";
export { backoffMs, defaultPolicy, type Policy } from "./definition/policy.ts";
export { readOutcome } from "./definition/read-outcome.ts";
export { pointer, type Schema, SchemaError, type SchemaIssue } from "./definition/schema.ts";
export type { StepTerms } from "./definition/terms.ts";
export type { CompensatableWords, FailingWords, StepWords } from "./definition/words.ts";
export { readResult } from "./engine/decide-operation.ts";
export { EmbeddedEngine } from "./engine/embedded-engine.ts";
export type { EmbeddedEngineOptions } from "./engine/embedded-engine-options.ts";
export { defaultGateLimits, type GateLimits, ParticipantGate, type Ticket } from "./engine/participant-gate.ts";
export { ParticipantGates } from "./engine/participant-gates.ts";
export { newestFirst, readInput, refuseOtherInput, startOf } from "./engine/start.ts";
export { type FoundInexactNumber, findInexactNumbers, InexactNumber, isExactNumber, parseExactJson } from "./exact-json.ts";
export { isJsonObject, type Json, type JsonObject } from "./json.ts";
export type { Clock } from "./ports/clock.ts";
export {
  type Engine,
  type FoundSaga,
  type OperationRefusal,
  OperationRefused,
  type ParticipantState,
  type Resolution,
  type SagaListener,
  type StartedSaga,
  type StartRefusal,
  StartRefused,
  type StartRequest,
  UnreadableSaga,
} from "./ports/engine.ts";
export { type Journal, JournalError, type JournalRecord, type OpenPage, type OpenVersion, type Pause } from "./ports/journal.ts";
export type { Random } from "./ports/random.ts";
export {
  fits,
  isAskedFor,
  numberIn,
  type SagaIndex,
  type SagaQuery,
  type SagaSummary,
  type TimeRange,
} from "./ports/saga-index.ts";
export { type Advance, type AppliedEvent, advance } from "./transition/advance.ts";
export { type Choice, type Choices, choiceOf, choicesOf } from "./transition/choices.ts";
export type { Call, Command } from "./transition/command.ts";
export { type ChoiceName, type Consequence, type ExplainedChoice, explainChoices } from "./transition/consequences.ts";
export { isOperation, type Operation, type OperatorNote, type SagaEvent } from "./transition/event.ts";
export { ImpossibleEvent } from "./transition/impossible-event.ts";
export { deadlineAt, patienceEndsAt } from "./transition/limits.ts";
export type { Decision } from "./transition/proceed.ts";
export { readEvent, UnreadableEvent } from "./transition/read-event.ts";
export type {
  InterventionReason,
  LastError,
  NeedsIntervention,
  Phase,
  Saga,
  StepProgress,
  StepStatus,
  Turn,
} from "./transition/saga.ts";
export { isKeyed } from "./transition/steps.ts";
export { fold, isAtRest, transition } from "./transition/transition.ts";
export { type Direction, directionOf, rolledBack, type SagaStatus, stateOf, statusOf, stepOf } from "./transition/view.ts";
