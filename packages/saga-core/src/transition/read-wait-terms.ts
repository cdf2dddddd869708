import type { WaitTerms } from "../definition/wait-handler.ts";
import type { JsonObject } from "../json.ts";
import { fail, readNumber, readObject, readString } from "./record-members.ts";

/** The terms of a wait, as a saga recorded them at its start. */
export function readWaitTerms(wait: JsonObject): WaitTerms {
  const { takesSignal, onTimeout, waitMs, waitUntil, byDefault, correlation } = wait;
  if (typeof takesSignal !== "boolean") return fail("takesSignal", "a boolean");
  if (onTimeout !== "turn-back" && onTimeout !== "go-on" && onTimeout !== "ask")
    return fail("onTimeout", '"turn-back", "go-on" or "ask"');
  return {
    takesSignal,
    ...(waitMs !== undefined && { waitMs: readNumber(wait, "waitMs") }),
    ...(waitUntil !== undefined && { waitUntil: readString(wait, "waitUntil") }),
    onTimeout,
    ...(byDefault !== undefined && { byDefault: readObject(byDefault, "byDefault") }),
    ...(correlation !== undefined && { correlation: readString(wait, "correlation") }),
  };
}
