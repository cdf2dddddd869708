import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { isFromAnotherSite } from "web-guard";

export interface GateOptions {
  /** What the address has that `start` prints. */
  readonly token: string;
  /** The port, when it is known. */
  readonly port: () => number;
}

/**
 * Lets in who has the address that was printed, and nobody else: the lab kills processes. The token becomes a cookie of this port, and leaves the
 * address. A request under another name (DNS rebinding), or from a page of another origin, is refused; another port of this machine is another origin.
 */
export function gate({ token, port }: GateOptions): MiddlewareHandler {
  const session = randomBytes(32).toString("hex");
  return async (context, next) => {
    const { req } = context;
    const host = req.header("host") ?? "";
    if (host !== `127.0.0.1:${port()}` && host !== `localhost:${port()}`)
      return refuse(421, "This name is not served: open the address that was printed.");
    const source = { method: req.method, host, origin: req.header("origin"), fetchSite: req.header("sec-fetch-site") };
    if (isFromAnotherSite(source) || isOtherPort(req.method, source.fetchSite))
      return refuse(403, "A page of another site sent the request.");
    // Cookies do not know ports: the name keeps those of two labs apart.
    const name = `saga_lab_${port()}`;
    const given = req.query("token");
    if (req.path === "/lab" && given !== undefined && isSame(given, token)) return letIn(context, name, session);
    if (!isSame(getCookie(context, name) ?? "", session))
      return refuse(401, "Open the lab by the address that `start` printed, with its token.");
    await next();
    return undefined;
  };
}

/** A browser says `same-site` of a page at another port of this machine. */
function isOtherPort(method: string, fetchSite: string | undefined): boolean {
  return method !== "GET" && method !== "HEAD" && fetchSite === "same-site";
}

function letIn(context: Context, name: string, session: string): Response {
  setCookie(context, name, session, { httpOnly: true, sameSite: "Strict", path: "/" });
  context.header("cache-control", "no-store");
  context.header("referrer-policy", "no-referrer");
  return context.redirect("/lab", 303);
}

/** In a time that says nothing about how much of it is right. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function refuse(status: 401 | 403 | 421, detail: string): Response {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response(JSON.stringify({ type: "about:blank", title: "Refused", status, detail }), { status, headers });
}
