import { STATUS_CODES } from "node:http";
import type { Signal } from "./signals.ts";

/** A reply of a mock. `effect`: the request changed something, which the ledger records. `signal`: what the mock sends because of it. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly retryAfterS?: number;
  readonly effect?: true;
  readonly signal?: Signal;
}

/** A reply that changed something. */
export function applied(status: number, body: object, signal?: Signal): Reply {
  return { status, body, effect: true, ...(signal && { signal }) };
}

/** A reply that changed nothing. */
export function answered(status: number, body: unknown): Reply {
  return { status, body };
}

export function problem(status: number, type: string, detail: string): Reply {
  const title = STATUS_CODES[status] ?? type;
  return { status, body: { type, title, status, detail }, contentType: "application/problem+json" };
}

/** An HTML page of Flask. */
export interface FlaskPage extends Reply {
  readonly body: string;
  readonly contentType: string;
}

/** The page that Flask sends for a request that no route handles. */
export function flaskPage(status: number, text: string): FlaskPage {
  const title = `${status} ${STATUS_CODES[status] ?? ""}`;
  const body = `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>${STATUS_CODES[status] ?? ""}</h1>\n<p>${text}</p>\n`;
  return { status, body, contentType: "text/html; charset=utf-8" };
}

export function bodyText({ body }: Reply): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

export function toResponse(reply: Reply): Response {
  const headers = new Headers({ "content-type": reply.contentType ?? "application/json" });
  if (reply.retryAfterS !== undefined) headers.set("retry-after", String(reply.retryAfterS));
  // As the existing services do after every reply.
  headers.set("connection", "close");
  const hasNoBody = reply.status === 204 || reply.status === 304;
  if (hasNoBody) headers.delete("content-type");
  return new Response(hasNoBody ? null : bodyText(reply), { status: reply.status, headers });
}
