import type { Outcome } from "saga-core";
import type { z } from "zod";
import type { DatabaseErrorRules } from "./database-error.ts";

/** A complete reply. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly isProblem: boolean;
  readonly retryAfterMs?: number;
}

/** How to read the replies to one call. */
export interface ReplyRules<Result extends object> {
  /** The promised members of a success, which the step gives. */
  readonly confirmation: z.ZodType<Result>;
  /** The body of the participant's own 404, which tells it from the 404 of a gateway without a route. */
  readonly own404: z.ZodType;
  /** How the participant reports an error of its database. Absent for a call whose failures are all in doubt. */
  readonly databaseErrors?: DatabaseErrorRules;
  /** The outcome of a reply whose meaning differs from its status; undefined for any other reply. */
  readonly special?: (status: number, body: unknown) => Outcome<Result> | undefined;
}
