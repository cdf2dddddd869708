import { HTTPException } from "hono/http-exception";
import { JournalError, pointer, SchemaError, type StartRefusal, StartRefused, UnreadableSaga } from "saga-core";
import { invalidRequest, type ProblemType, problem } from "./problem.ts";

/** What a client that is refused for now may wait before it tries again, in seconds. */
export const RETRY_AFTER_S = 1;

const again = { "retry-after": String(RETRY_AFTER_S) };

/** What a client is told of an error; undefined for a defect of ours, of whose inside it is told nothing. */
export function problemOfError(error: unknown): Response | undefined {
  if (error instanceof HTTPException) return error.getResponse();
  if (isHangUp(error)) return problem("malformed-json", { detail: "The connection was cut before the body was whole." });
  if (error instanceof JournalError) return problem("journal-unavailable", { detail: error.message, headers: again });
  if (error instanceof UnreadableSaga) return problem("saga-unreadable", { detail: error.message });
  if (!(error instanceof StartRefused)) return undefined;
  if (error.cause instanceof SchemaError) {
    return invalidRequest(error.cause.issues.map((issue) => ({ pointer: pointer(issue), detail: issue.message })));
  }
  const type = refusalTypes[error.refusal];
  const isTransient = type === "overloaded" || type === "draining";
  return problem(type, { detail: error.message, ...(isTransient && { headers: again }) });
}

/** The client is gone: there is nobody to answer, and nothing for the log of those who run this. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

const refusalTypes: Readonly<Record<StartRefusal, ProblemType>> = {
  "unknown-definition": "not-found",
  "invalid-input": "invalid-request",
  "key-reused": "idempotency-key-reused",
  overloaded: "overloaded",
  draining: "draining",
};
