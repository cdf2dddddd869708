import { parseExactJson } from "saga-core";
import { aboutReply } from "./about-reply.ts";
import type { HttpReply } from "./http-client.ts";

/** A complete reply, as an `outcomeOf` reads it. */
export interface Reply {
  readonly status: number;
  /** The body as it was sent, unpacked. */
  readonly text: string;
  /** The body as JSON, undefined if it is none. A number that JavaScript would change is an `InexactNumber`, which no schema of numbers accepts. */
  readonly body: unknown;
  /** The status and the text of the error in the body, if it has one: for a reason, which people read. */
  readonly about: string;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

export function replyOf({ status, text, header }: HttpReply): Reply {
  const body = parseJson(text);
  return { status, text, body, about: aboutReply(status, body), header };
}

/** How long the participant wants to be left alone, in milliseconds; undefined if the header is missing or malformed. */
export function retryAfterMsOf({ header }: Reply, now: number): number | undefined {
  const value = header("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  // Only the formats of RFC 9110, 10.2.3: Date.parse would read "-5" and "1.5" as years.
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function parseJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
