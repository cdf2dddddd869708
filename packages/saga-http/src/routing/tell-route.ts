import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

/** The route of a request. */
export interface RequestedRoute {
  readonly method: string;
  /** Its path as the OpenAPI document writes it: `/sagas/{saga_id}`. */
  readonly path: string;
}

/** Tells the route of each request before it is answered; nothing where there is no such route. */
export function tellRoute(tell: (route: RequestedRoute) => void): MiddlewareHandler {
  return async (context, next) => {
    const path = routePath(context, -1);
    if (!path.endsWith("*")) tell({ method: context.req.method, path: path.replaceAll(/:(\w+)(\{[^/]*\})?/g, "{$1}") });
    await next();
  };
}
