import type { SchemaError } from "saga-core";
import { pointer } from "saga-core/engine";
import { ProblemError } from "./problem.ts";

/** A member of a request that is not as allowed. */
export interface InvalidMember {
  /** Its JSON Pointer (RFC 6901) in the body, or the same for a parameter; empty for the whole body. */
  readonly pointer: string;
  /** What is allowed, as the end of a sentence that begins with the member: `must be a whole number`. */
  readonly detail: string;
}

/** One objection of a schema. A strict Zod schema lists the names of unknown members in `keys`. */
export type Issue = SchemaError["issues"][number] & { readonly code?: string; readonly keys?: readonly string[] };

/** The refusal of a request with invalid members. */
export function invalidRequest(errors: readonly InvalidMember[]): ProblemError {
  const detail = errors.map((error) => `${shorten(error.pointer) || "The body"} ${error.detail}`).join("; ");
  return new ProblemError("invalid-request", { detail, members: { errors } });
}

/** A pointer in a sentence: its member in `errors` has all of it, however long the names of the request are. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The members that a schema objects to, each unknown member by its own pointer. */
export function invalidMembers(issues: readonly Issue[]): readonly InvalidMember[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [{ pointer: pointer(issue), detail: issue.message }];
    const { keys = [], path = [], message } = issue;
    return keys.map((key) => ({ pointer: pointer({ message, path: [...path, key] }), detail: "is not known here" }));
  });
}
