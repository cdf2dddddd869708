import type { JsonObject } from "../json.ts";
import type { Action, Attempt } from "./attempt.ts";
import type { AnyHandler } from "./handler.ts";
import { type Outcome, unknown } from "./outcome.ts";
import { parse } from "./schema.ts";

/**
 * Makes one attempt at a step. Whatever a handler throws, and a result that does not fit its `gives`, is `unknown`: the call may
 * have had its effect (rule 1).
 *
 * This is the one place where types are asserted: `data` is the saga's validated input and what its earlier steps gave, and the
 * chain compiled only because that is what this handler needs.
 */
export async function callHandler(
  handler: AnyHandler,
  action: Action,
  data: JsonObject,
  attempt: Attempt,
): Promise<Outcome<object>> {
  try {
    const erased = data as never;
    if (action === "rollback") {
      if (handler.kind !== "compensatable") throw new TypeError(`The ${handler.kind} step "${handler.step}" has no rollback.`);
      return await handler.rollback(erased, attempt);
    }
    const outcome = await handler.run(erased, attempt);
    if (outcome.outcome === "done") parse(handler.gives, outcome.result, `the result of ${handler.step}`);
    return outcome;
  } catch (error) {
    return unknown(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}
