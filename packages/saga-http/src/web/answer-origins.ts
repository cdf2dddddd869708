import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** What a page may send beyond what every page may. */
const ALLOWED_HEADERS = [
  "Content-Type",
  "Idempotency-Key",
  "Prefer",
  "If-None-Match",
  "Last-Event-ID",
  "traceparent",
  "tracestate",
];
const EXPOSED_HEADERS = ["Location", "ETag", "Retry-After"];
const MAX_AGE_S = 600;

/**
 * Lets pages of the listed origins use this API (CORS). `ownHeaders` are those of the contexts of its definitions. Hono's `cors` answers every OPTIONS request, but only a preflight is one of CORS.
 * It also sets its headers before the route, where the `etag` of a 304 would drop them: here it sets them on the reply.
 */
export function answerOrigins(origins: readonly string[], ownHeaders: readonly string[]): MiddlewareHandler {
  const answer = cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "POST"],
    allowHeaders: [...ALLOWED_HEADERS, ...ownHeaders],
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: MAX_AGE_S,
  });
  return async (context, next) => {
    const isPreflight = context.req.method === "OPTIONS" && context.req.header("access-control-request-method") !== undefined;
    if (isPreflight) return await answer(context, next);
    await next();
    if (context.req.method !== "OPTIONS") await answer(context, () => Promise.resolve());
    return undefined;
  };
}
