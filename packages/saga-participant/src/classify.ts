import { type Done, type Outcome, rejected, type Unknown, unavailable, unknown } from "saga-core";
import { textMember } from "./about-reply.ts";
import { type Reply, retryAfterMsOf } from "./reply.ts";

/** A status by which a participant may refuse for good. Every other one has a meaning of its own, or leaves the call in doubt. */
export type RefusalStatus = 400 | 402 | 406 | 409 | 410 | 411 | 412 | 413 | 414 | 416 | 422 | 451;

/** How to read the replies of a participant. */
export interface ReplyRules {
  /** The statuses with which it refuses for good, without effect, also when it repeats its first answer to a key. Default: none. */
  readonly refusals?: readonly RefusalStatus[];
  /**
   * Whether the body of a 404 is the participant's own, so that it is a refusal, and not the 404 of a gateway or of a wrong address. `body` is
   * JSON, or undefined. Default: none is.
   */
  readonly own404?: (body: unknown) => boolean;
}

/** How to read the replies to one call, whose step gives `Result`. */
export interface CallRules<Result extends object> extends ReplyRules {
  /** Reads a reply with a 2xx. */
  readonly confirm: (reply: Reply) => Done<Result> | Unknown;
  /** The outcome of a reply whose meaning differs from its status; undefined for any other reply. */
  readonly outcomeOf: ((reply: Reply) => Outcome<Result> | undefined) | undefined;
}

/** Gives every reply one outcome. When in doubt it is `unknown` (rule 1). */
export function classify<Result extends object>(reply: Reply, rules: CallRules<Result>): Outcome<Result> {
  const read = classifyKey(reply, rules) ?? rules.outcomeOf?.(reply);
  if (read) return read;
  return reply.status >= 200 && reply.status < 300 ? rules.confirm(reply) : classifyFailure(reply, rules);
}

/** Whether the address, token or gateway route is wrong: the call had no effect, and has none until the configuration is corrected. */
export function isMisconfiguration({ status, body }: Reply, { own404 = () => false }: ReplyRules): boolean {
  return [401, 403, 405, 415].includes(status) || (status === 404 && !own404(body));
}

/** A reply about the key itself is no refusal of the call, whatever its status. */
function classifyKey(reply: Reply, { refusals = [] }: ReplyRules): Unknown | undefined {
  const { status, body, about } = reply;
  const type = textMember(body, "type")?.split(/[/#:]/).filter(Boolean).at(-1) ?? "";
  const isAboutRequest = status >= 400 && status < 500;
  if (isAboutRequest && type === "idempotency-key-reused")
    return unknown(`${about}: the key was used for another request`, { defect: true });
  if (isAboutRequest && type.startsWith("idempotency-key"))
    return unknown(`${about}: a problem with the key: ${type}`, waitOf(reply));
  // An unreadable problem may be one about the key.
  const mayRefuse = [400, 409, 422, ...refusals].includes(status);
  if (mayRefuse && isProblem(reply) && body === undefined)
    return unknown(`${about}: its problem document cannot be read`, waitOf(reply));
  return status === 425 ? unknown(`${about}: the first request is still under way`, waitOf(reply)) : undefined;
}

function classifyFailure(reply: Reply, rules: ReplyRules): Outcome<never> {
  const { status, about } = reply;
  if (isMisconfiguration(reply, rules)) return unavailable(`${about}: check the participant's URL and access (misconfiguration)`);
  const refusals: readonly number[] = rules.refusals ?? [];
  if (status === 404 || refusals.includes(status)) return rejected(about);
  const wait = waitOf(reply);
  const isAway = status === 429 || (status === 503 && wait.retryAfterMs !== undefined);
  return isAway ? unavailable(about, wait) : unknown(about, wait);
}

function waitOf(reply: Reply): { readonly retryAfterMs?: number } {
  const retryAfterMs = retryAfterMsOf(reply, Date.now());
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function isProblem({ header }: Reply): boolean {
  return header("content-type")?.toLowerCase().startsWith("application/problem+json") ?? false;
}
