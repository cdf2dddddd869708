import type { MiddlewareHandler } from "hono";
import { readIdempotencyKey } from "./request-headers.ts";

/** Refuses a malformed key before the body is read, so that a request with both faults is always refused for its key. */
export const refuseMalformedKey: MiddlewareHandler = (context, next) => {
  readIdempotencyKey(context.req.header("idempotency-key"));
  return next();
};
