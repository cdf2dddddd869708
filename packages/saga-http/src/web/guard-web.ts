import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { basePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import { isFromAnotherSite, servedHosts } from "web-guard";
import { ProblemError } from "../problems/problem.ts";
import { answerOrigins } from "./answer-origins.ts";
import { refuseMalformedUrl } from "./malformed-url.ts";

export interface WebGuardOptions {
  /**
   * The hosts that are served besides IP addresses and names without a dot: names, `*.suffix`, or `*` for every host. Default: `["*"]`.
   * Without a list of its own, a page that makes its own name point to this service is answered (DNS rebinding).
   */
  readonly allowedHosts?: readonly string[];
  /** The origins of other web pages that may read and change something, like `https://shop.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[];
}

/** What the guard knows of the app. */
export interface GuardedApp {
  /** The routes that are served at any host. */
  readonly alwaysServed: ReadonlySet<string>;
  /** The headers of the contexts of its definitions. */
  readonly ownHeaders: readonly string[];
}

/** Refuses what a foreign web page sends, and tells browsers how to treat every reply. */
export function guardWeb(app: OpenAPIHono, { alwaysServed, ownHeaders }: GuardedApp, options: WebGuardOptions): void {
  const { allowedHosts = ["*"], allowedOrigins = [] } = options;
  app.use(secureHeaders(headerOptions), revalidate, refuseMalformedUrl);
  app.use(refuseForeign(alwaysServed, allowedHosts, allowedOrigins));
  if (allowedOrigins.length > 0) app.use(answerOrigins(allowedOrigins, ownHeaders));
}

/** Two of Hono's list: each costs every request some time. `Strict-Transport-Security` would bind every service of the host. */
const headerOptions = {
  xContentTypeOptions: "nosniff",
  xFrameOptions: "DENY",
  strictTransportSecurity: false,
  referrerPolicy: false,
  crossOriginResourcePolicy: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
} as const;

/** A saga changes at any time, so no cache may show an earlier reply without asking. */
const revalidate: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  if (!headers.has("cache-control")) headers.set("cache-control", "no-cache");
};

function refuseForeign(
  alwaysServed: ReadonlySet<string>,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): MiddlewareHandler {
  const isServed = servedHosts(allowedHosts);
  return (context, next) => {
    const { req } = context;
    const host = req.header("host") ?? new URL(req.url).host;
    if (!isServed(host) && !alwaysServed.has(ownPathOf(context))) throw hostNotAllowed(host);
    const source = { method: req.method, host, origin: req.header("origin"), fetchSite: req.header("sec-fetch-site") };
    if (isFromAnotherSite(source, allowedOrigins)) throw crossSite(source.origin);
    return next();
  };
}

/** The path of a request below the path at which a host mounted this app. */
function ownPathOf(context: Context): string {
  const mountedAt = basePath(context);
  return mountedAt === "/" ? context.req.path : context.req.path.slice(mountedAt.length);
}

function hostNotAllowed(host: string): ProblemError {
  const detail = `The host "${host.slice(0, 255)}" is not served. Served are IP addresses, names without a dot, and the names in ALLOWED_HOSTS.`;
  return new ProblemError("host-not-allowed", { detail });
}

function crossSite(origin: string | undefined): ProblemError {
  const detail =
    origin === undefined
      ? "The browser says that a page of another site sent the request (Sec-Fetch-Site)."
      : `The origin "${origin.slice(0, 255)}" is neither the host that the request was sent to, nor in ALLOWED_ORIGINS.`;
  return new ProblemError("cross-site", { detail });
}
