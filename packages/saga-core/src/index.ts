/**
 * The API for authors of sagas (handlers, the chain, a controller, outcomes) and for hosts (an engine, its ports, its errors).
 * Engines, journals and surfaces also use `saga-core/engine`; tests use `saga-core/testing`.
 *
 * @module
 */
export type { Attempt, ReadAttempt, RollbackAttempt, TraceContext } from "./definition/attempt.ts";
export { type AnyChain, type Chain, chain } from "./definition/chain.ts";
export type { ContextSchemas, SagaContext } from "./definition/context.ts";
export { Controller, type Definition, type EventOf, type StateOf } from "./definition/controller.ts";
export type { DataOf, InputOf } from "./definition/data-of.ts";
export { DefinitionError, FingerprintMismatch } from "./definition/definition-error.ts";
export { givesNothing } from "./definition/gives-nothing.ts";
export {
  type AnyHandler,
  CompensatableHandler,
  LastingHandler,
  PivotHandler,
  ReadHandler,
  RetriableHandler,
} from "./definition/handler.ts";
export { MASK, maskText } from "./definition/mask.ts";
export { toMermaid } from "./definition/mermaid.ts";
export {
  type Done,
  done,
  type Outcome,
  type Rejected,
  rejected,
  type Unavailable,
  type Unknown,
  unavailable,
  unknown,
} from "./definition/outcome.ts";
export { ARRIVES_WITHIN_MS_DEFAULT, type Participant } from "./definition/participant.ts";
export type { StepPatience } from "./definition/patience.ts";
export { defaultPolicy, type Policy } from "./definition/policy.ts";
export { type Schema, SchemaError } from "./definition/schema.ts";
export { type HandlerOfStep, step } from "./definition/step.ts";
export { Handler } from "./definition/step-handler.ts";
export type { AnyStep } from "./definition/step-object.ts";
export type { Turn } from "./definition/turn.ts";
export {
  CompensatableWaitHandler,
  type OnTimeout,
  PivotWaitHandler,
  RetriableWaitHandler,
  WaitHandler,
} from "./definition/wait-handler.ts";
export type { CompensatableWords, FailingWords, StepWords } from "./definition/words.ts";
export { type AutoPause, defaultAutoPause } from "./engine/auto-pause.ts";
export type { AutoPauseListener } from "./engine/automatic-pauses.ts";
export { EmbeddedEngine } from "./engine/embedded-engine.ts";
export type { EmbeddedEngineOptions } from "./engine/embedded-engine-options.ts";
export { defaultGateLimits, type GateLimits } from "./engine/participant-gate.ts";
export { InexactNumber, isExactNumber, parseExactJson } from "./exact-json.ts";
export type { Clock } from "./ports/clock.ts";
export {
  type Drained,
  type Engine,
  type HistoryEntry,
  type HistoryPage,
  OperationRefused,
  type ParticipantState,
  type Resolution,
  type SagaListener,
  type StartedSaga,
  StartRefused,
  type StartRequest,
  UnreadableSaga,
} from "./ports/engine.ts";
export type { FoundSaga, OperatedSaga } from "./ports/found-saga.ts";
export { JournalError, type Pause } from "./ports/journal.ts";
export type {
  AttemptDirection,
  AttemptEnd,
  JournalCommit,
  ObservedAttempt,
  Observer,
  RefusedStart,
} from "./ports/observer.ts";
export type { Random } from "./ports/random.ts";
export type { SagaIndex } from "./ports/saga-index.ts";
export { type AcceptedSignal, type SignalRefusal, SignalRefused, type SignalSender, type Signals } from "./ports/signals.ts";
export {
  OtherVersion,
  type SagaEnd,
  type StartedAs,
  type StartOptions,
  type TypedStarts,
} from "./ports/typed-starts.ts";
export type { OperatorNote, SagaEvent } from "./transition/event.ts";
export type { Refusal } from "./transition/refusal.ts";
export type { Saga } from "./transition/saga.ts";
export { cameToRest } from "./transition/transition.ts";
export { stateOf, statusOf } from "./transition/view.ts";
