import type { Outcome } from "saga-core";
import type { z } from "zod";
import type { DatabaseErrorRules } from "./database-error.ts";

/** A reply that arrived whole. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly isProblem: boolean;
  readonly retryAfterMs?: number;
}

/** How the replies to one call are read: what confirms it, and what is special about its participant. */
export interface ReplyRules<Result extends object> {
  /** The promised members of a success, as what the step gives. */
  readonly confirmation: z.ZodType<Result>;
  /** What the participant itself says with a 404; a gateway without a route says something else. */
  readonly own404: z.ZodType;
  /** How the participant answers an error of its database; absent for a call whose failures are all in doubt. */
  readonly databaseErrors?: DatabaseErrorRules;
  /** A reply that is an answer although its status says otherwise; undefined for any other. */
  readonly special?: (status: number, body: unknown) => Outcome<Result> | undefined;
}
