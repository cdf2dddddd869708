import type { HonoRequest } from "hono";

/** The path under which a host mounted this API; empty at the root. `ownPath` is the rest of the request's path. */
export function mountedAt({ path }: HonoRequest, ownPath: string): string {
  return path.endsWith(ownPath) ? path.slice(0, path.length - ownPath.length) : "";
}
