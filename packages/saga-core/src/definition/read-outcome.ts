import { isJsonObject, type JsonObject } from "../json.ts";
import type { CallKind } from "./attempt.ts";
import { cutText } from "./cut-text.ts";
import type { AnyHandler } from "./handler.ts";
import { done, type Outcome, rejected, type Unavailable, unavailable, unknown } from "./outcome.ts";
import { parseStable } from "./schema.ts";

/**
 * Reads an outcome as it is recorded: exactly its members, with the step's result in the bytes in which a journal gives it back. A handler's
 * return value and a journal's record are both read with it, so that a live saga and a reloaded one are the same.
 *
 * @throws TypeError if `raw` is not an outcome; SchemaError if its result does not fit the step's `gives`.
 */
export function readOutcome(raw: unknown, handler: AnyHandler, action: CallKind): Outcome<JsonObject> {
  if (!isJsonObject(raw)) throw new TypeError(`the ${action} of "${handler.step}" did not return an outcome`);
  switch (raw["outcome"]) {
    case "done":
      return action === "rollback" ? done() : done(parseStable(handler.gives, raw["result"], `the result of "${handler.step}"`));
    case "rejected":
      return rejected(readReason(raw));
    case "unavailable":
      return unavailable(readReason(raw), { ...readWait(raw), ...readAnswered(raw) });
    case "unknown":
      return unknown(readReason(raw), {
        ...readWait(raw),
        ...readAnswered(raw),
        ...(raw["defect"] === true && { defect: true }),
      });
    default:
      throw new TypeError('its member "outcome" is not "done", "rejected", "unavailable" or "unknown"');
  }
}

function readReason({ reason }: JsonObject): string {
  if (typeof reason !== "string") throw new TypeError('its member "reason" is not a string');
  return cutText(reason);
}

/** A wait that is none is left out: the policy's own backoff is always there. */
function readWait({ retryAfterMs }: JsonObject): Pick<Unavailable, "retryAfterMs"> {
  const isWait = typeof retryAfterMs === "number" && Number.isFinite(retryAfterMs) && retryAfterMs >= 0;
  return isWait ? { retryAfterMs: Math.ceil(retryAfterMs) } : {};
}

/** An outcome of earlier code does not say so: then nothing is known of an answer. */
function readAnswered({ answered }: JsonObject): Pick<Unavailable, "answered"> {
  return answered === true ? { answered } : {};
}
