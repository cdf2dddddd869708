import type { JsonObject } from "../json.ts";
import type { Attempt, CallKind, ReadAttempt, RollbackAttempt } from "./attempt.ts";
import { cutText } from "./cut-text.ts";
import { type AnyHandler, hasEffect, isWait } from "./handler.ts";
import { type Outcome, unknown } from "./outcome.ts";
import { readOutcome } from "./read-outcome.ts";

/** An attempt at any action. That at a rollback has a turn. */
type AnyAttempt = Attempt & Partial<Pick<RollbackAttempt, "turn">>;

/**
 * Makes one attempt at a step, and resolves with its outcome as it is recorded. It never rejects: a thrown error, or a returned value that
 * is not an outcome of the step, is `unknown`, because the call may have had its effect (rule 1).
 */
export async function callHandler(
  handler: AnyHandler,
  action: CallKind,
  data: JsonObject,
  attempt: AnyAttempt,
): Promise<Outcome<JsonObject>> {
  try {
    return readOutcome(await call(handler, action, data, attempt), handler, action);
  } catch (error) {
    return unknown(cutText(error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
  }
}

/**
 * The one place where a type is asserted: `data` is the saga's validated input and the results of its earlier steps, and the chain
 * compiled only because this handler needs nothing else.
 */
async function call(handler: AnyHandler, action: CallKind, data: JsonObject, attempt: AnyAttempt): Promise<unknown> {
  const erased = data as never;
  const { turn } = attempt;
  if (action === "rollback" && handler.kind === "compensatable" && turn)
    return await handler.rollback(erased, { ...attempt, turn });
  if (isWait(handler)) throw new TypeError(`The wait "${handler.step}" has no ${action}.`);
  if (handler.kind === "read" && action === "run") return await handler.run(erased, withoutKey(attempt));
  if (action === "run") return await handler.run(erased, attempt);
  if (action === "probe" && hasEffect(handler) && handler.probe) return await handler.probe(erased, attempt);
  throw new TypeError(`The ${handler.kind} step "${handler.step}" has no ${action}.`);
}

/** A read has no effect that a key could keep single. */
function withoutKey({ key: _none, ...attempt }: AnyAttempt): ReadAttempt {
  return attempt;
}
