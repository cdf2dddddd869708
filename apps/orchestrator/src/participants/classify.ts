import { type Done, type Outcome, parseExactJson, rejected, type Unknown, unavailable, unknown } from "saga-core";
import { z } from "zod";
import { type DatabaseErrorRules, isDatabaseText, judgeDatabaseError } from "./database-error.ts";
import type { Reply, ReplyRules } from "./reply.ts";

/** The body of a refusal, at both services. */
export const errorBody = z.looseObject({ error: z.string() });

const problemType = z.looseObject({ type: z.string() });
const problemDetail = z.looseObject({ detail: z.string() });

/** Gives every reply one outcome, by the table of docs/participants.md. When in doubt it is `unknown`. */
export function classify<Result extends object>(reply: Reply, rules: ReplyRules<Result>): Outcome<Result> {
  const body = parseJson(reply.text);
  const own = rules.special?.(reply.status, body);
  if (own) return own;
  if (reply.status >= 200 && reply.status < 300) return classifySuccess(reply.status, body, rules.confirmation);
  const about = `${reply.status}${describeBody(body)}`;
  return (
    classifyKey(reply, body, about) ??
    classifyDatabaseError(reply, { body, about, ...rules }) ??
    classifyStatus(reply, { about, ...rules })
  );
}

/** Whether the address, token or gateway route is wrong: the call had no effect, and has none until the configuration is corrected. */
export function isMisconfiguration({ status, text }: Reply, own404: z.ZodType): boolean {
  return [401, 403, 405, 415].includes(status) || (status === 404 && !own404.safeParse(parseJson(text)).success);
}

function classifySuccess<Result extends object>(
  status: number,
  body: unknown,
  confirmation: z.ZodType<Result>,
): Done<Result> | Unknown {
  const confirmed = confirmation.safeParse(body);
  if (confirmed.success) return { outcome: "done", result: confirmed.data };
  const reasons = confirmed.error.issues.flatMap(({ code, message }) => (code === "custom" ? [`: ${message}`] : []));
  return unknown(`${status} without the promised members${describeBody(body)}${reasons.join("")}`);
}

/** A reply about the key itself is no refusal of the call, whatever its status. */
function classifyKey({ status, isProblem, retryAfterMs }: Reply, body: unknown, about: string): Unknown | undefined {
  const type = problemType.safeParse(body).data?.type.split(/[/#:]/).filter(Boolean).at(-1) ?? "";
  const isRefusal = [400, 409, 422].includes(status);
  if (isRefusal && type === "idempotency-key-reused")
    return unknown(`${about}: the key was used for another request`, { defect: true });
  if (isRefusal && type.startsWith("idempotency-key"))
    return unknown(`${about}: a problem with the key: ${type}`, waitOf(retryAfterMs));
  // An unreadable problem may be one about the key.
  if (isRefusal && isProblem && body === undefined)
    return unknown(`${about}: its problem document cannot be read`, waitOf(retryAfterMs));
  return status === 425 ? unknown(`${about}: the first request is still under way`, waitOf(retryAfterMs)) : undefined;
}

interface ReadReply {
  readonly about: string;
  readonly own404: z.ZodType;
  readonly databaseErrors?: DatabaseErrorRules;
}

/** The status alone does not make an exception a refusal: the exception may have come after the COMMIT. */
function classifyDatabaseError(
  { status, text }: Reply,
  { body, about, databaseErrors }: ReadReply & { readonly body: unknown },
): Outcome<never> | undefined {
  const { error } = errorBody.safeParse(body).data ?? {};
  if (status === databaseErrors?.status && error !== undefined) {
    if (databaseErrors.ownSentences?.some((sentence) => sentence.test(error))) return undefined;
    const outcomes = { rejected, unavailable, unknown };
    return outcomes[judgeDatabaseError(error, databaseErrors)](about);
  }
  return REFUSALS.includes(status) && isDatabaseText(textOf(body) ?? text) ? unknown(about) : undefined;
}

const REFUSALS: readonly number[] = [400, 402, 404, 409, 410, 422];

function classifyStatus(reply: Reply, { about, own404 }: ReadReply): Outcome<never> {
  const { status, retryAfterMs } = reply;
  if (isMisconfiguration(reply, own404))
    return unavailable(`${about}: check the participant's URL and access (misconfiguration)`);
  if (REFUSALS.includes(status)) return rejected(about);
  const isAway = status === 429 || (status === 503 && retryAfterMs !== undefined);
  return isAway ? unavailable(about, waitOf(retryAfterMs)) : unknown(about, waitOf(retryAfterMs));
}

function waitOf(retryAfterMs: number | undefined) {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** The text of a refusal or failure, for people; undefined if the body has none. */
function textOf(body: unknown): string | undefined {
  return errorBody.safeParse(body).data?.error ?? problemDetail.safeParse(body).data?.detail;
}

function describeBody(body: unknown): string {
  const text = textOf(body);
  return text === undefined ? "" : ` ${text}`;
}

function parseJson(text: string): unknown {
  try {
    // A number that JavaScript would change does not confirm anything.
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
