import type { Asked, Attempt } from "../definition/attempt.ts";
import { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";

/** What a handler is asked, as it would reach its participant. */
export interface SimulatedCall {
  readonly handler: AnyHandler;
  readonly asked: Asked;
  readonly data: object;
  readonly attempt: Attempt;
}

/** A definition as it is, but that its calls go to a simulation instead of to its participants. */
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
  const { step, participant, gives } = handler;
  const ask = (asked: Asked) => (data: object, attempt: Attempt) => call({ handler, asked, data, attempt });
  const shared = { step, participant, gives, run: ask("run"), ...(handler.probe && { probe: ask("probe") }) };
  // A rollback gives nothing, whatever its call gave.
  const rollback = async (data: object, attempt: Attempt): Promise<Outcome> => {
    const outcome = await call({ handler, asked: "rollback", data, attempt });
    return outcome.outcome === "done" ? { outcome: "done", result: {} } : outcome;
  };
  switch (handler.kind) {
    case "compensatable": {
      const { kind, words, rollbackIsRepeatable } = handler;
      return { ...shared, kind, words, rollbackIsRepeatable, rollback };
    }
    case "pivot": {
      const { kind, words, orphanIsHarmless } = handler;
      return { ...shared, kind, words, orphanIsHarmless };
    }
    case "retriable": {
      const { kind, words } = handler;
      return { ...shared, kind, words };
    }
  }
}
