import { HTTPException } from "hono/http-exception";
import {
  JournalError,
  type OperationRefusal,
  OperationRefused,
  pointer,
  SchemaError,
  type StartRefusal,
  StartRefused,
  UnreadableSaga,
} from "saga-core";
import { type InvalidMember, invalidRequest, type ProblemType, problem } from "./problem.ts";

/** What a client that is refused for now may wait before it tries again, in seconds. */
export const RETRY_AFTER_S = 1;

const again = { "retry-after": String(RETRY_AFTER_S) };

/** What a client is told of an error; undefined for a defect of ours, of whose inside it is told nothing. */
export function problemOfError(error: unknown): Response | undefined {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof StartRefused) return problemOfStart(error);
  if (error instanceof OperationRefused) return problemOfOperation(error);
  if (error instanceof JournalError) return problem("journal-unavailable", { detail: error.message, headers: again });
  if (error instanceof UnreadableSaga) return problem("saga-unreadable", { detail: error.message });
  if (isHangUp(error)) return problem("malformed-json", { detail: "The connection was cut before the body was whole." });
  return undefined;
}

/** The client is gone: there is nobody to answer, and nothing for the log of those who run this. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

/** What refuses a start, and the problem that its caller gets. */
export const startProblems: Readonly<Record<StartRefusal, ProblemType>> = {
  "unknown-definition": "not-found",
  "invalid-input": "invalid-request",
  "key-reused": "idempotency-key-reused",
  overloaded: "overloaded",
  paused: "definition-paused",
  draining: "draining",
};

/** What refuses an operation on a saga, and the problem that its caller gets. */
export const operationProblems: Readonly<Record<OperationRefusal, ProblemType>> = {
  "not-found": "not-found",
  "not-allowed": "operation-refused",
  "invalid-result": "invalid-request",
  draining: "draining",
};

function problemOfStart({ refusal, message, cause }: StartRefused): Response {
  if (cause instanceof SchemaError) return invalidRequest(invalidMembersOf(cause));
  const type = startProblems[refusal];
  const isTransient = type === "overloaded" || type === "draining" || type === "definition-paused";
  return problem(type, { detail: message, ...(isTransient && { headers: again }) });
}

function problemOfOperation({ refusal, message, cause, from }: OperationRefused): Response {
  if (cause instanceof SchemaError) {
    return invalidRequest(invalidMembersOf(cause).map((member) => ({ ...member, pointer: `/result${member.pointer}` })));
  }
  const members = from === undefined ? {} : { allowed_from: new Date(from).toISOString() };
  return problem(operationProblems[refusal], { detail: message, members, ...(refusal === "draining" && { headers: again }) });
}

function invalidMembersOf({ issues }: SchemaError): readonly InvalidMember[] {
  return issues.map((issue) => ({ pointer: pointer(issue), detail: issue.message }));
}
