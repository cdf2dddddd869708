import { z } from "@hono/zod-openapi";

/** Every kind of problem that this API answers with (RFC 9457), stable for clients to switch on. */
export const problemTypes = {
  "malformed-json": { status: 400, title: "The body is not JSON." },
  "malformed-key": { status: 400, title: "The Idempotency-Key is malformed." },
  "not-found": { status: 404, title: "There is nothing here." },
  "method-not-allowed": { status: 405, title: "This method is not one of the route's." },
  "saga-cancelled": { status: 409, title: "A participant refused, or somebody cancelled; everything was undone." },
  "body-too-large": { status: 413, title: "The body is too large." },
  "unsupported-media-type": { status: 415, title: "The body must be JSON." },
  "invalid-request": { status: 422, title: "The request is not valid." },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key was used with another body." },
  "internal-error": { status: 500, title: "Something went wrong here." },
  "saga-unreadable": { status: 500, title: "The saga is in the journal and cannot be read here." },
  "participant-unavailable": { status: 503, title: "A participant could not be reached in time; everything was undone." },
  overloaded: { status: 503, title: "Too many sagas are in flight." },
  draining: { status: 503, title: "The orchestrator is stopping." },
  "not-ready": { status: 503, title: "No saga is accepted at present." },
  "journal-unavailable": { status: 503, title: "The journal cannot be written." },
} as const;

export type ProblemType = keyof typeof problemTypes;

interface ProblemOptions {
  readonly detail: string;
  /** Further members, as the problem's type defines them. */
  readonly members?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response that says what went wrong, for people (`title`, `detail`) and for programs (`type` and its members). */
export function problem(type: ProblemType, { detail, members = {}, headers = {} }: ProblemOptions): Response {
  const { status, title } = problemTypes[type];
  return new Response(JSON.stringify({ type, title, status, detail, ...members }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}

/** One member that is not as allowed, by its JSON Pointer (RFC 6901). */
export interface InvalidMember {
  readonly pointer: string;
  readonly detail: string;
}

export function invalidRequest(errors: readonly InvalidMember[]): Response {
  const detail = errors.map((error) => `${error.pointer || "The body"} ${error.detail}`).join("; ");
  return problem("invalid-request", { detail, members: { errors } });
}

/** How an OpenAPI document describes the problems that a response can be. */
export function problemResponse(first: ProblemType, ...more: readonly ProblemType[]) {
  const types = [first, ...more] as const;
  const schema = z.looseObject({ type: z.enum(types), title: z.string(), status: z.int(), detail: z.string() });
  const description = types.map((type) => `\`${type}\`: ${problemTypes[type].title}`).join("\n\n");
  return { description, content: { "application/problem+json": { schema } } };
}
