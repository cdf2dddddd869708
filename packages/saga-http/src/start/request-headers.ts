import type { HonoRequest } from "hono";
import type { TraceContext } from "saga-core";
import { ProblemError } from "../problems/problem.ts";

const KEY_LENGTH_MAX = 255;

/**
 * Reads the Idempotency-Key, quoted like the string of a structured field (RFC 8941), or bare. A bare key has no comma, because two headers
 * arrive joined by a comma, and then neither is the key.
 *
 * @returns undefined without the header.
 * @throws ProblemError for a key that does not have 1 to 255 printable ASCII characters.
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  const key = quoted ?? header;
  const isWellFormed =
    /^[\x20-\x7e]+$/.test(key) && key.length <= KEY_LENGTH_MAX && (quoted !== undefined || !/[",]/.test(header));
  if (isWellFormed) return key;
  const detail = `It must have 1 to ${KEY_LENGTH_MAX} printable ASCII characters, and be sent once; one with a comma or a quote must be quoted.`;
  throw new ProblemError("malformed-key", { detail });
}

/** A client's preferences for waiting (RFC 7240). */
export interface Patience {
  /** The longest wait for the end of the saga. */
  readonly waitMs: number;
  /** The `Preference-Applied` of the reply. */
  readonly applied?: string;
}

/** Reads `respond-async` and `wait=<seconds>`. Other preferences and malformed ones are ignored, as RFC 7240 requires. */
export function readPatience(header: string | undefined, waitMsMax: number): Patience {
  const preferences = (header ?? "").split(",").map((preference) => (preference.split(";")[0] ?? "").trim().toLowerCase());
  const wait = preferences
    .map((preference) => /^wait\s*=\s*"?(\d+)"?$/.exec(preference)?.[1])
    .find((seconds) => seconds !== undefined);
  const isAsync = preferences.includes("respond-async");
  const defaultMs = isAsync ? 0 : waitMsMax;
  const waitMs = Math.min(wait === undefined ? defaultMs : Number(wait) * 1_000, waitMsMax);
  const applied = [...(isAsync ? ["respond-async"] : []), ...(wait === undefined ? [] : [`wait=${Math.floor(waitMs / 1_000)}`])];
  return { waitMs, ...(applied.length > 0 && { applied: applied.join(", ") }) };
}

/** Reads the W3C trace context, which is passed on to participants. A malformed one is dropped, as the specification requires. */
export function readTrace(request: HonoRequest): TraceContext | undefined {
  const traceparent = request.header("traceparent");
  const tracestate = request.header("tracestate");
  if (!traceparent || !/^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.*)?$/.test(traceparent))
    return undefined;
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
