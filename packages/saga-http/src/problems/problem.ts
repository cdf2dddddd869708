import { RETRY_AFTER_S } from "../wire/retry-after.ts";
import { type ProblemKind, type ProblemType, problemTypes } from "./problem-types.ts";

/** What one problem says beyond its type. */
export interface ProblemDetails {
  /** What went wrong this time, for people. */
  readonly detail: string;
  /** Further JSON members, as the problem's type defines them. */
  readonly members?: object;
  /** Response headers beyond `Content-Type` and `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Refuses a request: a route throws it, and the app answers with its problem. Routes refuse in no other way. The end of a cancelled saga is
 * not a refusal but the result of its start, which `problemReply` writes.
 *
 * @example throw new ProblemError("not-found", { detail: `There is no saga ${id}.` });
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly type: ProblemType;
  readonly #details: ProblemDetails;

  constructor(type: ProblemType, details: ProblemDetails & { readonly cause?: unknown }) {
    super(details.detail, { cause: details.cause });
    this.type = type;
    this.#details = details;
  }

  toResponse(): Response {
    return problemReply(this.type, this.#details);
  }
}

/** The members that every problem has (RFC 9457): `title` and `detail` for people, `type` for programs. */
export interface ProblemBody {
  readonly type: ProblemType;
  readonly title: string;
  readonly status: ProblemKind["status"];
  readonly detail: string;
}

/** The body of a problem, with the further members of its type. */
export function problemBody(type: ProblemType, { detail, members = {} }: Omit<ProblemDetails, "headers">): ProblemBody {
  const { status, title } = problemTypes[type];
  return { type, title, status, detail, ...members };
}

/** A problem as a reply. */
export function problemReply(type: ProblemType, { detail, members = {}, headers = {} }: ProblemDetails): Response {
  const { status, isTransient = false } = problemTypes[type];
  return new Response(JSON.stringify(problemBody(type, { detail, members })), {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(isTransient && { "retry-after": String(RETRY_AFTER_S) }),
      ...headers,
    },
  });
}
