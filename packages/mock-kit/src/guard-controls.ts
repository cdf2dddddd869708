import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { isFromAnotherSite } from "web-guard";
import { problem, toResponse } from "./reply.ts";

/** Refuses the routes under /control what a foreign web page sends. The other routes are as open as those of the existing services. */
export function guardControls(isServed: (host: string) => boolean): readonly [MiddlewareHandler, MiddlewareHandler] {
  const refuseForeign: MiddlewareHandler = async ({ req }, next) => {
    const host = req.header("host") ?? "";
    const source = { method: req.method, host, origin: req.header("origin"), fetchSite: req.header("sec-fetch-site") };
    if (!isServed(host)) return toResponse(problem(421, "host-not-allowed", `The host "${host}" is not in ALLOWED_HOSTS.`));
    if (isFromAnotherSite(source)) {
      return toResponse(problem(403, "cross-site", "A page of another site sent the request (Origin, Sec-Fetch-Site)."));
    }
    await next();
    return undefined;
  };
  return [secureHeaders({ xFrameOptions: "DENY", strictTransportSecurity: false }), refuseForeign];
}
