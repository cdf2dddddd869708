import type { Attempt, CallKind, ReadAttempt } from "../definition/attempt.ts";
import { Controller } from "../definition/controller.ts";
import { type AnyHandler, hasEffect } from "../definition/handler.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import type { Truth } from "./scenario.ts";

/** A call of a handler, as it would reach its participant. */
export interface SimulatedCall {
  readonly handler: AnyHandler;
  readonly action: CallKind;
  readonly data: object;
  readonly attempt: Attempt;
}

/** A definition whose calls go to a simulation instead of its participants. */
export class SimulatedController extends Controller {
  constructor(definition: Controller, call: (call: SimulatedCall) => Promise<Outcome<object>>, policy: Partial<Policy> = {}) {
    const { name, version, input, handlers } = definition;
    super({
      name,
      version,
      chain: { input, handlers: handlers.map((handler) => simulated(handler, call)) },
      policy: { ...definition.policy, ...policy },
    });
  }
}

function simulated(handler: AnyHandler, call: (call: SimulatedCall) => Promise<Outcome<object>>): AnyHandler {
  const { step, participant, gives, callTimeoutMs } = handler;
  const callAs = (action: CallKind) => (data: object, attempt: Attempt) => call({ handler, action, data, attempt });
  const probe = hasEffect(handler) && handler.probe && { probe: callAs("probe") };
  const timed = { step, participant, gives, ...(callTimeoutMs !== undefined && { callTimeoutMs }) };
  const shared = { ...timed, run: callAs("run"), ...probe };
  // A rollback gives nothing, even if its call gave a result.
  const rollback = async (data: object, attempt: Attempt): Promise<Outcome> => {
    const outcome = await call({ handler, action: "rollback", data, attempt });
    return outcome.outcome === "done" ? { outcome: "done", result: {} } : outcome;
  };
  switch (handler.kind) {
    case "compensatable": {
      const { kind, words, rollbackIsRepeatable, rollbackId } = handler;
      const undoing = { rollback, rollbackIsRepeatable, ...(rollbackId !== undefined && { rollbackId }) };
      return { ...shared, kind, words, ...undoing };
    }
    case "pivot": {
      const { kind, words, orphanIsHarmless } = handler;
      return { ...shared, kind, words, orphanIsHarmless };
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
  if (!truth) return handler;
  const { rollbackIsRepeatable, ...claims } = truth;
  const { step, gives, callTimeoutMs } = handler;
  const probe = hasEffect(handler) && handler.probe && { probe: handler.probe };
  const participant = { ...handler.participant, ...claims };
  const timed = { step, gives, participant, ...(callTimeoutMs !== undefined && { callTimeoutMs }) };
  const shared = { ...timed, ...probe };
  switch (handler.kind) {
    case "compensatable": {
      const { kind, words, run, rollback, rollbackId } = handler;
      return {
        ...shared,
        kind,
        words,
        run,
        rollback,
        rollbackIsRepeatable: rollbackIsRepeatable ?? handler.rollbackIsRepeatable,
        ...(rollbackId !== undefined && { rollbackId }),
      };
    }
    case "pivot": {
      const { kind, words, run, orphanIsHarmless } = handler;
      return { ...shared, kind, words, run, orphanIsHarmless };
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
