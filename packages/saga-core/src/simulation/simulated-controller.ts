import type { Attempt, CallKind, ReadAttempt, RollbackAttempt } from "../definition/attempt.ts";
import { Controller } from "../definition/controller.ts";
import { type AnyCallHandler, type AnyHandler, isWait } from "../definition/handler.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import type { AnyWaitHandler } from "../definition/wait-handler.ts";
import type { Truth } from "./scenario.ts";
import { simulatedPatience } from "./simulated-limits.ts";

/** A call of a handler, as it would reach its participant. */
export interface SimulatedCall {
  readonly handler: AnyHandler;
  readonly action: CallKind;
  readonly data: object;
  readonly attempt: Attempt & Partial<Pick<RollbackAttempt, "turn">>;
}

/** A definition whose calls go to a simulation instead of its participants. */
export class SimulatedController extends Controller {
  constructor(
    definition: Controller,
    call: (call: SimulatedCall) => Promise<Outcome<object>>,
    policy: Policy = definition.policy,
  ) {
    const { name, version, input, handlers, context } = definition;
    super({
      name,
      version,
      chain: { input, handlers: handlers.map((handler) => simulated(handler, call)) },
      policy,
      context,
    });
  }
}

type Send = (call: SimulatedCall) => Promise<Outcome<object>>;

function simulated(handler: AnyHandler, call: Send): AnyHandler {
  return isWait(handler) ? simulatedWait(handler, call) : simulatedCall(handler, call);
}

/** A wait calls nobody but to be undone. */
function simulatedWait(handler: AnyWaitHandler, call: Send): AnyWaitHandler {
  if (handler.kind !== "compensatable") return handler;
  const outcomeOf = handler.outcomeOf?.bind(handler);
  return { ...handler, ...(outcomeOf && { outcomeOf }), rollback: rollbackOf(handler, call) };
}

/** A rollback gives nothing, even if its call gave a result. */
function rollbackOf(handler: AnyHandler, call: Send) {
  return async (data: object, attempt: RollbackAttempt): Promise<Outcome> => {
    const outcome = await call({ handler, action: "rollback", data, attempt });
    return outcome.outcome === "done" ? { outcome: "done", result: {} } : outcome;
  };
}

function simulatedCall(handler: AnyCallHandler, call: Send): AnyCallHandler {
  const { step, participant, gives, callTimeoutMs } = handler;
  const patience = simulatedPatience(handler);
  const callAs = (action: CallKind) => (data: object, attempt: Attempt) => call({ handler, action, data, attempt });
  const probe = handler.kind !== "read" && handler.probe && { probe: callAs("probe") };
  const timed = {
    step,
    participant,
    gives,
    ...(callTimeoutMs !== undefined && { callTimeoutMs }),
    ...(patience && { patience }),
  };
  const shared = { ...timed, run: callAs("run"), ...probe };
  const rollback = rollbackOf(handler, call);
  switch (handler.kind) {
    case "compensatable": {
      const { kind, words, rollbackIsRepeatable, rollbackId, refusedRollback = "stop" } = handler;
      const undoing = { rollback, rollbackIsRepeatable, refusedRollback, ...(rollbackId !== undefined && { rollbackId }) };
      return { ...shared, kind, words, ...undoing };
    }
    case "pivot": {
      const { kind, words, orphanIsHarmless } = handler;
      return { ...shared, kind, words, orphanIsHarmless };
    }
    case "lasting": {
      const { kind, words } = handler;
      return { ...shared, kind, words };
    }
    case "retriable": {
      const { kind, words } = handler;
      return { ...shared, kind, words };
    }
    case "read": {
      const { kind } = handler;
      const run = (data: object, attempt: ReadAttempt) => callAs("run")(data, { ...attempt, key: "" });
      return { ...timed, kind, run };
    }
  }
}

/** A handler with the true terms of its participant, where the definition declares others. */
export function inTruth(handler: AnyHandler, truth: Truth | undefined): AnyHandler {
  if (!truth || isWait(handler)) return handler;
  const { rollbackIsRepeatable, ...claims } = truth;
  const { step, gives, callTimeoutMs, patience } = handler;
  const probe = handler.kind !== "read" && handler.probe && { probe: handler.probe };
  const participant = { ...handler.participant, ...claims };
  const timed = {
    step,
    gives,
    participant,
    ...(callTimeoutMs !== undefined && { callTimeoutMs }),
    ...(patience && { patience }),
  };
  const shared = { ...timed, ...probe };
  switch (handler.kind) {
    case "compensatable": {
      const { kind, words, run, rollback, rollbackId, refusedRollback = "stop" } = handler;
      return {
        ...shared,
        kind,
        words,
        run,
        rollback,
        refusedRollback,
        rollbackIsRepeatable: rollbackIsRepeatable ?? handler.rollbackIsRepeatable,
        ...(rollbackId !== undefined && { rollbackId }),
      };
    }
    case "pivot": {
      const { kind, words, run, orphanIsHarmless } = handler;
      return { ...shared, kind, words, run, orphanIsHarmless };
    }
    case "lasting": {
      const { kind, words, run } = handler;
      return { ...shared, kind, words, run };
    }
    case "retriable": {
      const { kind, words, run } = handler;
      return { ...shared, kind, words, run };
    }
    case "read": {
      const { kind, run } = handler;
      return { ...timed, kind, run };
    }
  }
}
