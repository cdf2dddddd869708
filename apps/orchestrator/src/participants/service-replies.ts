import { type Outcome, rejected, unavailable, unknown } from "saga-core";
import type { Reply } from "saga-participant";
import { z } from "zod";
import { type DatabaseErrorRules, isDatabaseText, judgeDatabaseError } from "./database-error.ts";
import { errorBody } from "./error-body.ts";
import { refusals } from "./service.ts";

/** How to read the replies to one call of the existing services, by the table of docs/participants.md. */
export interface ServiceRules<Result extends object> {
  /** How the service reports an error of its database. Absent for a call whose failures are all in doubt. */
  readonly databaseErrors?: DatabaseErrorRules;
  /** The outcome of a reply whose meaning differs from its status; undefined for any other reply. */
  readonly special?: (status: number, body: unknown) => Outcome<Result> | undefined;
}

/** The promised members of a success, which the step gives. */
export function promised<Result extends object>(schema: z.ZodType<Result>): (body: unknown) => Result | undefined {
  return (body) => schema.safeParse(body).data;
}

/** Reads what the status of a reply does not say. */
export function replyReader<Result extends object>({
  databaseErrors,
  special,
}: ServiceRules<Result>): (reply: Reply) => Outcome<Result> | undefined {
  return (reply) => special?.(reply.status, reply.body) ?? outcomeOfDatabaseError(reply, databaseErrors);
}

/** The status alone does not make an exception a refusal: the exception may have come after the COMMIT. */
function outcomeOfDatabaseError(reply: Reply, rules: DatabaseErrorRules | undefined): Outcome<never> | undefined {
  const { status, body, text, about } = reply;
  if (status < 400) return undefined;
  const { error } = errorBody.safeParse(body).data ?? {};
  if (status === rules?.status && error !== undefined) {
    if (rules.ownSentences?.some((sentence) => sentence.test(error))) return undefined;
    const outcomes = { rejected, unavailable, unknown };
    return outcomes[judgeDatabaseError(error, rules)](about);
  }
  const isRefusal = status === 404 || refusals.some((refusal) => refusal === status);
  return isRefusal && isDatabaseText(textOf(body) ?? text) ? unknown(about) : undefined;
}

const problemDetail = z.looseObject({ detail: z.string() });

/** The text of a refusal, for people; undefined if the body has none. */
function textOf(body: unknown): string | undefined {
  return errorBody.safeParse(body).data?.error ?? problemDetail.safeParse(body).data?.detail;
}
