import {
  JournalError,
  OperationRefused,
  SchemaError,
  type SignalRefusal,
  SignalRefused,
  StartRefused,
  stateOf,
  statusOf,
  UnreadableSaga,
} from "saga-core";
import type { OperationRefusal, StartRefusal } from "saga-core/engine";
import { retryAfter } from "../wire/retry-after.ts";
import { timestamp } from "../wire/timestamp.ts";
import { invalidMembers, invalidRequest } from "./invalid-request.ts";
import { ProblemError } from "./problem.ts";
import type { ProblemType } from "./problem-types.ts";

/** The problem that a client gets for an error; undefined for a defect of ours, whose details stay in the log. */
export function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof StartRefused) return problemOfStart(error);
  if (error instanceof OperationRefused) return problemOfOperation(error);
  if (error instanceof SignalRefused) return problemOfSignal(error);
  if (error instanceof JournalError) return new ProblemError("journal-unavailable", { detail: error.message });
  if (error instanceof UnreadableSaga) return new ProblemError("saga-unreadable", { detail: error.message });
  if (isConnectionCut(error)) {
    return new ProblemError("malformed-json", { detail: "The connection was cut before the body was whole." });
  }
  return undefined;
}

/** The client closed its connection: no reply can reach it, and the log needs no entry. */
function isConnectionCut(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET";
}

/** The problem for each reason that an engine has to refuse a start. */
export const startProblems: Readonly<Record<StartRefusal, ProblemType>> = {
  "unknown-definition": "not-found",
  "invalid-input": "invalid-request",
  "invalid-context": "invalid-request",
  "key-reused": "idempotency-key-reused",
  "correlation-taken": "correlation-taken",
  overloaded: "overloaded",
  paused: "definition-paused",
  draining: "draining",
};

/** The problem for each reason that an engine has to refuse an operation. */
export const operationProblems: Readonly<Record<OperationRefusal, ProblemType>> = {
  "not-found": "not-found",
  "not-allowed": "operation-refused",
  "invalid-result": "invalid-request",
  draining: "draining",
};

/** The problem for each reason that an engine has to refuse a signal. */
export const signalProblems: Readonly<Record<SignalRefusal, ProblemType>> = {
  "not-found": "not-found",
  "invalid-signal": "invalid-request",
  "key-reused": "idempotency-key-reused",
  late: "signal-late",
  "correlation-unknown": "correlation-unknown",
  overloaded: "too-many-signals",
  draining: "draining",
};

function problemOfSignal({ refusal, message, cause, late }: SignalRefused): ProblemError {
  if (cause instanceof SchemaError) return invalidRequest(invalidMembers(cause.issues));
  const members = late && {
    because: late.because,
    saga_id: late.saga.id,
    saga_status: statusOf(late.saga),
    state: stateOf(late.controller, late.saga),
  };
  return new ProblemError(signalProblems[refusal], { detail: message, ...(members && { members }) });
}

function problemOfStart({ refusal, message, cause, retryAfterMs }: StartRefused): ProblemError {
  if (cause instanceof SchemaError) return invalidRequest(invalidMembers(cause.issues));
  const headers = retryAfterMs === undefined ? {} : { "retry-after": retryAfter(retryAfterMs) };
  return new ProblemError(startProblems[refusal], { detail: message, headers });
}

function problemOfOperation({ refusal, message, cause, from }: OperationRefused): ProblemError {
  if (cause instanceof SchemaError) {
    return invalidRequest(invalidMembers(cause.issues).map((member) => ({ ...member, pointer: `/result${member.pointer}` })));
  }
  const members = from === undefined ? {} : { allowed_from: timestamp(from) };
  return new ProblemError(operationProblems[refusal], { detail: message, members });
}
