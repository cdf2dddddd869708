import type { MiddlewareHandler } from "hono";
import { ProblemError } from "../problems/problem.ts";

/** Refuses a URL whose escapes are no UTF-8. Hono would leave them as they are, and a search would look for the text `%FF`. */
export const refuseMalformedUrl: MiddlewareHandler = (context, next) => {
  for (const [escapes] of context.req.url.matchAll(/(?:%[\da-f]{2})+/gi)) {
    if (isUtf8(escapes)) continue;
    throw new ProblemError("malformed-url", { detail: `The URL has ${escapes.slice(0, 30)}, which is no text in UTF-8.` });
  }
  return next();
};

function isUtf8(escapes: string): boolean {
  try {
    decodeURIComponent(escapes);
    return true;
  } catch {
    return false;
  }
}
