import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { problem } from "../problems/problem.ts";

const BODY_BYTES_MAX = 65_536;

/**
 * Refuses a body that is too large. Where the client says how large it is, that decides, and the server holds it to it; Hono's own limit, which
 * reads the body through a stream and costs as much as the rest of a request, is for those who do not say.
 */
export function limitBody(): MiddlewareHandler {
  const tooLarge = () => problem("body-too-large", { detail: `The body has more than ${BODY_BYTES_MAX} bytes.` });
  const limitStream = bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge });
  return async (context, next) => {
    const length = context.req.header("content-length");
    const isSaid = length !== undefined && context.req.header("transfer-encoding") === undefined;
    if (!isSaid) return await limitStream(context, next);
    if (Number(length) > BODY_BYTES_MAX) return tooLarge();
    return await next();
  };
}
