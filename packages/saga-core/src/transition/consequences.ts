import type { CallKind } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { done } from "../definition/outcome.ts";
import { advance } from "./advance.ts";
import { type Choice, choiceOf, choicesOf } from "./choices.ts";
import { type Call, type Command, isCall } from "./command.ts";
import type { Operation, SagaEvent, Signalled } from "./event.ts";
import type { Saga } from "./saga.ts";
import { isAtRest } from "./transition.ts";
import { type SagaStatus, stateOf, statusOf } from "./view.ts";
import { waitingFor } from "./waits.ts";

/** The names of the choices for a saga, as the HTTP surface shows them. */
export type ChoiceName = "cancel" | "retry" | "applied" | "not-applied" | "end-wait" | "acknowledge";

/** The calls, status and state that follow from a choice if every further call is done. */
export interface Consequence {
  /** The further calls, in order. */
  readonly calls: readonly { readonly step: string; readonly action: CallKind }[];
  readonly status: SagaStatus;
  readonly state: string;
}

/** A choice, whether it is allowed now, and its consequence. */
export interface ExplainedChoice {
  readonly name: ChoiceName;
  readonly choice: Choice;
  /** What it leads to now, or from when it is allowed, if the saga is still as it is. Absent where neither is known. */
  readonly consequence?: Consequence;
}

/**
 * Every choice at the instant `at` (milliseconds since the epoch) with its consequence, computed by the same `transition` that would decide
 * it. Nothing is done; the real consequence depends on the participants' answers.
 */
export function explainChoices(controller: Controller, saga: Saga, at: number): readonly ExplainedChoice[] {
  const { cancel, retry, applied, notApplied, endWait, acknowledge } = choicesOf(controller, saga, at);
  const resolved = (isApplied: boolean): Operation | undefined => {
    if (saga.phase.name !== "needs-intervention") return undefined;
    const { step, action } = saga.phase;
    return { type: "resolved", at, step, action, applied: isApplied, result: {} };
  };
  const explain = (name: ChoiceName, choice: Choice, operation: Operation | undefined): ExplainedChoice => {
    const allowedAt = choice.allowed ? at : choice.from;
    if (!operation || allowedAt === undefined) return { name, choice };
    const then: Operation = { ...operation, at: allowedAt };
    // Until then something else may come to forbid it.
    if (!choiceOf(controller, saga, then).allowed) return { name, choice };
    return { name, choice, consequence: consequenceOf(controller, saga, then) };
  };
  return [
    explain("cancel", cancel, { type: "cancel-requested", at }),
    explain("retry", retry, { type: "retry-requested", at }),
    explain("applied", applied, resolved(true)),
    explain("not-applied", notApplied, resolved(false)),
    ...(endWait ? [explain("end-wait", endWait, waitEnded(saga, at))] : []),
    ...(acknowledge ? [explain("acknowledge", acknowledge, { type: "acknowledged", at })] : []),
  ];
}

function waitEnded(saga: Saga, at: number): Operation | undefined {
  const step = waitingFor(saga);
  return step === undefined ? undefined : { type: "wait-ended", at, step };
}

/** The consequence of an operation that is allowed now, or of a signal, if every further call is done. */
export function consequenceOf(controller: Controller, saga: Saga, request: Operation | Signalled): Consequence {
  const calls: Consequence["calls"][number][] = [];
  let next = advance(controller, saga, request);
  let { at } = request;
  // What comes after an open wait depends on its signal.
  while (!isAtRest(next.saga) && waitingFor(next.saga) === undefined) {
    const call = next.commands.find(isCall) ?? callUnderWay(next.saga);
    if (call) calls.push({ step: call.step, action: call.type });
    const event = call ? answerTo(call, at) : wakeUp(next.commands, at);
    if (!event) break;
    at = event.at;
    next = advance(controller, next.saga, event);
  }
  return { calls, status: statusOf(next.saga), state: stateOf(controller, next.saga) };
}

/** What identifies a call in its answer. */
type CallIdentity = Pick<Call, "type" | "step" | "attempt">;

/** One that was decided on before: its answer is waited for. */
function callUnderWay({ steps, phase }: Saga): CallIdentity | undefined {
  const calling = steps.find((progress) => progress.calling);
  return calling && { type: phase.name === "undoing" ? "rollback" : "run", step: calling.step, attempt: calling.attempts };
}

function answerTo({ step, type: action, attempt }: CallIdentity, at: number): SagaEvent {
  return { type: "answered", at, step, action, attempt, outcome: done({}), random: 0 };
}

function wakeUp(commands: readonly Command[], at: number): SagaEvent | undefined {
  const wait = commands.find(({ type }) => type === "wait");
  return wait?.type === "wait" ? { type: "woken", at: Math.max(at, wait.until) } : undefined;
}
