import type { HonoRequest } from "hono";

/** Where this API is mounted in another app, from a request's path and what of it is ours: empty at the root. */
export function mountedAt({ path }: HonoRequest, own: string): string {
  return path.endsWith(own) ? path.slice(0, path.length - own.length) : "";
}
