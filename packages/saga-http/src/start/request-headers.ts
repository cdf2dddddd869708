import type { HonoRequest } from "hono";
import type { TraceContext } from "saga-core";

const KEY_LENGTH_MAX = 255;

/**
 * The Idempotency-Key: quoted, as a structured field's string, or bare; 1 to 255 printable characters. A bare one has no comma,
 * because two headers arrive joined by one, and neither of them would be the key.
 */
export function readIdempotencyKey(header: string | undefined): { readonly key?: string } | { readonly malformed: string } {
  if (header === undefined) return {};
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(header)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  const key = quoted ?? header;
  const isWellFormed =
    /^[\x20-\x7e]+$/.test(key) && key.length <= KEY_LENGTH_MAX && (quoted !== undefined || !/[",]/.test(header));
  return isWellFormed
    ? { key }
    : {
        malformed: `It must have 1 to ${KEY_LENGTH_MAX} printable ASCII characters, and be sent once; one with a comma or a quote must be quoted.`,
      };
}

/** How long a client wants to wait for the end (RFC 7240), and which of its preferences are applied. */
export interface Patience {
  readonly waitMs: number;
  readonly applied?: string;
}

/** Reads `respond-async` and `wait=<seconds>`. Any other preference, and a malformed one, is ignored as RFC 7240 wants it. */
export function readPatience(header: string | undefined, waitMsMax: number): Patience {
  const preferences = (header ?? "").split(",").map((preference) => (preference.split(";")[0] ?? "").trim().toLowerCase());
  const wait = preferences
    .map((preference) => /^wait\s*=\s*"?(\d+)"?$/.exec(preference)?.[1])
    .find((seconds) => seconds !== undefined);
  const isAsync = preferences.includes("respond-async");
  const asked = isAsync ? 0 : waitMsMax;
  const waitMs = Math.min(wait === undefined ? asked : Number(wait) * 1_000, waitMsMax);
  const applied = [...(isAsync ? ["respond-async"] : []), ...(wait === undefined ? [] : [`wait=${Math.floor(waitMs / 1_000)}`])];
  return { waitMs, ...(applied.length > 0 && { applied: applied.join(", ") }) };
}

/** The W3C trace context to pass on to participants; a malformed one is dropped, as the specification wants it. */
export function readTrace(request: HonoRequest): TraceContext | undefined {
  const traceparent = request.header("traceparent");
  const tracestate = request.header("tracestate");
  if (!traceparent || !/^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.*)?$/.test(traceparent))
    return undefined;
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
