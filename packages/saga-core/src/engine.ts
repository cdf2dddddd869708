/**
 * What an engine, a journal or a surface is built on: the decisions of `transition`, and the kit that every engine uses to start a saga,
 * make an attempt, decide an operation and read a history.
 *
 * @module
 */
export { handlerOf } from "./definition/handler-of.ts";
export { readOutcome } from "./definition/read-outcome.ts";
export { decideOperation, type OperationRequest, readResult } from "./engine/decide-operation.ts";
export { type CallEnd, defaultGateLimits, type GateLimits, ParticipantGate, type Ticket } from "./engine/participant-gate.ts";
export { ParticipantGates } from "./engine/participant-gates.ts";
export { callEndOf, performCall } from "./engine/perform-call.ts";
export { fingerprintMismatch, type History, readEvents, readHistory } from "./engine/read-history.ts";
export { drainingRefusal, noSuchDefinition, noSuchSaga, notAllowed, type StartState, startRefusal } from "./engine/refusals.ts";
export { newestFirst, type PreparedStart, prepareStart, readInput, refuseOtherInput, startOf } from "./engine/start.ts";
export { Subscribers } from "./engine/subscribers.ts";
export { isJsonObject } from "./json.ts";
export { observed } from "./observed.ts";
export { type Advance, type AppliedEvent, advance } from "./transition/advance.ts";
export { type Choice, type Choices, choicesOf } from "./transition/choices.ts";
export type { Call, Command } from "./transition/command.ts";
export { isOperation, type Operation } from "./transition/event.ts";
export { ImpossibleEvent } from "./transition/impossible-event.ts";
export { readEvent, UnreadableEvent } from "./transition/read-event.ts";
export { fold, isAtRest, transition } from "./transition/transition.ts";
export { stateOf, statusOf, stepOf } from "./transition/view.ts";
