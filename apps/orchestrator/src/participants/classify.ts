import { type Done, type Outcome, rejected, type Unavailable, type Unknown, unavailable, unknown } from "saga-core";
import { z } from "zod";
import type { Reply } from "./exchange.ts";

/** What is special about one call: the reply that confirms it, and the replies that refuse it in a participant's own way. */
export interface Call<Result extends object> {
  /** The promised members of a success, as what the step gives. */
  readonly confirmation: z.ZodType<Result>;
  /** A reply that is an answer although its status says otherwise; undefined for any other. */
  readonly special?: (status: number, body: unknown) => Outcome<Result> | undefined;
}

const errorBody = z.looseObject({ error: z.string() });
const problemBody = z.looseObject({ type: z.string(), detail: z.string().optional() });

/** One outcome for every reply: the table of docs/participants.md. When in doubt it is `unknown`. */
export function classify<Result extends object>(reply: Reply, { confirmation, special }: Call<Result>): Outcome<Result> {
  const { status, text } = reply;
  const body = parseJson(text);
  const own = special?.(status, body);
  if (own) return own;
  if (status >= 200 && status < 300) return classifySuccess(status, body, confirmation);
  const about = `${status}${sayBody(body)}`;
  return classifyKey(reply, body, about) ?? classifyStatus(reply, body, about);
}

/** What a participant says about the key itself. */
function classifyKey({ status, retryAfterMs }: Reply, body: unknown, about: string): Unknown | undefined {
  const isUnderWay = status === 425 || (status === 409 && isProblem(body, "idempotency-key-in-use"));
  if (isUnderWay) return unknown(`${about}: the first request is still under way`, waitOf(retryAfterMs));
  const isReused = status === 422 && isProblem(body, "idempotency-key-reused");
  return isReused ? unknown(`${about}: the key was used for another request`, { defect: true }) : undefined;
}

function classifyStatus({ status, retryAfterMs }: Reply, body: unknown, about: string): Outcome<never> {
  const isAway = status === 429 || (status === 503 && retryAfterMs !== undefined);
  if (isAway) return unavailable(about, waitOf(retryAfterMs));
  if ([400, 402, 409, 410, 422].includes(status) || (status === 404 && isOwnJson(body))) return rejected(about);
  if ([401, 403, 404, 405, 415].includes(status)) return misconfigured(about);
  return unknown(about, waitOf(retryAfterMs));
}

function waitOf(retryAfterMs: number | undefined) {
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function classifySuccess<Result extends object>(
  status: number,
  body: unknown,
  confirmation: z.ZodType<Result>,
): Done<Result> | Unknown {
  const confirmed = confirmation.safeParse(body);
  if (confirmed.success) return { outcome: "done", result: confirmed.data };
  return unknown(`${status} without what was promised${sayBody(body)}`);
}

/** A wrong address, token or gateway route: nothing was done, and nothing will be until somebody mends the configuration. */
function misconfigured(about: string): Unavailable {
  return unavailable(`${about}: check the participant's URL and access (misconfiguration)`);
}

function isProblem(body: unknown, type: string): boolean {
  const problem = problemBody.safeParse(body);
  return problem.success && problem.data.type.split("/").at(-1) === type;
}

/** What the services themselves say when something is not there; a gateway without a route says something else. */
function isOwnJson(body: unknown): boolean {
  return z.union([errorBody, z.looseObject({ deleted: z.boolean() })]).safeParse(body).success;
}

/** Why a participant says that it refuses, for people; empty where it does not say. */
function sayBody(body: unknown): string {
  const error = errorBody.safeParse(body).data?.error ?? problemBody.safeParse(body).data?.detail;
  return error === undefined ? "" : ` ${error}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
