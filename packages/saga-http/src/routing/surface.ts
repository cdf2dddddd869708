import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Access, RouteAccess } from "../access/access.ts";

/** Which routes an app has: those of callers, those of operators, or both. */
export type Audience = "callers" | "operators" | "both";

/** An app that routes are mounted on, and who may use them. */
export interface Surface {
  readonly app: OpenAPIHono;
  readonly access: Access;
  readonly audience: Audience;
}

/** Whether a route belongs to the audience. Routes that are open belong to both, and operators read sagas too. */
export function isFor(audience: Audience, access: RouteAccess): boolean {
  if (audience === "both" || access === "open" || access === "own") return true;
  return audience === (access === "start" || access === "signal" ? "callers" : "operators");
}
