import { isJsonObject, type JsonObject, throughJson } from "../json.ts";
import { type AnyHandler, isWait } from "./handler.ts";
import { parse, SchemaError } from "./schema.ts";
import type { AnyWaitHandler, OnTimeout, WaitTerms } from "./wait-handler.ts";

/** What is recorded of a wait: everything but its functions. */
export function waitTermsOf(handler: AnyWaitHandler): WaitTerms {
  const { accepts, waitMs, waitUntil, byDefault, correlation } = handler;
  return {
    takesSignal: accepts !== undefined,
    ...(waitMs !== undefined && { waitMs }),
    ...(waitUntil !== undefined && { waitUntil }),
    onTimeout: onTimeoutOf(handler),
    ...(byDefault !== undefined && { byDefault: objectOf(byDefault) }),
    ...(correlation !== undefined && { correlation }),
  };
}

function onTimeoutOf({ accepts, onTimeout }: AnyWaitHandler): OnTimeout {
  return accepts === undefined ? "go-on" : (onTimeout ?? "ask");
}

function objectOf(value: object): JsonObject {
  const json = throughJson(value);
  return isJsonObject(json) ? json : {};
}

/** Whether it is a wait for a signal whose end without one has a word and an arrow of its own. */
export function timesOut(handler: AnyHandler): handler is AnyWaitHandler {
  return isWait(handler) && handler.accepts !== undefined && onTimeoutOf(handler) !== "ask";
}

/** The problem of a definition's waits that the compiler cannot find, or undefined. */
export function findWaitProblem(handlers: readonly AnyHandler[]): string | undefined {
  let isAfterPivot = false;
  for (const handler of handlers) {
    const problem = isWait(handler) ? problemOf(handler, isAfterPivot) : undefined;
    if (problem !== undefined) return `the wait "${handler.step}" ${problem}`;
    isAfterPivot ||= handler.kind === "pivot";
  }
  return undefined;
}

function problemOf(handler: AnyWaitHandler, isAfterPivot: boolean): string | undefined {
  const { accepts, waitMs, waitUntil, onTimeout, words } = handler;
  if (waitMs !== undefined && (!Number.isSafeInteger(waitMs) || waitMs < 1))
    return `must have a positive integer in waitMs, not ${waitMs}`;
  if (waitMs !== undefined && waitUntil !== undefined) return "has waitMs and waitUntil: it waits for one of them";
  const timerProblem = accepts === undefined ? problemOfTimer(handler) : undefined;
  if (timerProblem !== undefined) return timerProblem;
  if (isAfterPivot && onTimeout === "turn-back") return "stands after the pivot, where no saga turns back";
  if (timesOut(handler) && words.timedOut === undefined) return "needs the word timedOut for when its time is over";
  return onTimeoutOf(handler) === "go-on" ? defaultProblem(handler) : undefined;
}

function problemOfTimer({ waitMs, waitUntil, onTimeout, correlation }: AnyWaitHandler): string | undefined {
  if (waitMs === undefined && waitUntil === undefined) return "accepts no signal and has no time: it would never end";
  if (onTimeout !== undefined && onTimeout !== "go-on") return "is a timer, which goes on when its time is over";
  return correlation === undefined ? undefined : "accepts no signal that could come by its correlation";
}

function defaultProblem({ step, gives, byDefault = {} }: AnyWaitHandler): string | undefined {
  try {
    parse(gives, objectOf(byDefault), `what "${step}" gives by default`);
    return undefined;
  } catch (error) {
    if (error instanceof SchemaError) return `goes on without a signal: ${error.message}`;
    throw error;
  }
}
