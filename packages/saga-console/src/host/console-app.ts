import { type Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { basePath } from "hono/route";
import type { Identity } from "saga-http";
import { z } from "zod";
import { type BuiltFile, builtDirectory, readBuiltFiles } from "./built-files.ts";
import { CONSOLE_HEADER, SESSION_COOKIE, type Sessions } from "./sessions.ts";

export interface ConsoleOptions {
  /** The sessions of people who sign in with a token. Default: none, because the API authenticates nobody. */
  readonly sessions?: Sessions;
  /** Whether the console shows nothing that changes a saga. Default: false. */
  readonly isReadOnly?: boolean;
  /** The path under which a proxy shows the API, if it takes that path off. Default: none. */
  readonly pathPrefix?: string;
  /** Whether every request comes from a proxy whose `X-Forwarded-Prefix` and `X-Forwarded-Proto` are true. Default: false. */
  readonly trustProxy?: boolean;
  /** Where the built files are. Default: the `dist/page` of this package. */
  readonly directory?: string;
}

/** Nothing is inline, and the page reaches no other host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const BUILD_COMMAND = "npx --yes pnpm@12.21.0 --filter saga-console run build";
const TOKEN_LENGTH_MAX = 8_192;

const signIn = z.strictObject({ token: z.string().min(1).max(TOKEN_LENGTH_MAX) });

/**
 * The console, as a Hono app: mount it beside the routes of `sagaApp`, at `/console`. The page finds the API one path above its own.
 *
 * @example
 * const sessions = new Sessions({ authenticate, now: Date.now });
 * const app = sagaApp({ ...options, authenticate: sessions.authenticate });
 * app.route("/console", consoleApp({ sessions }));
 */
export function consoleApp(options: ConsoleOptions = {}): Hono {
  const { directory = builtDirectory } = options;
  const app = new Hono();
  let reading: ReturnType<typeof readBuiltFiles> | undefined;
  const files = async () => {
    reading ??= readBuiltFiles(directory);
    const found = await reading;
    // A build that is made while the process runs is found at the next request.
    if (!found) reading = undefined;
    return found;
  };
  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
  });
  mountSession(app, options);
  app.get("/assets/:name", async (context) => {
    const file = (await files())?.assets.get(context.req.param("name"));
    return file ? sendAsset(context, file) : problem(404, "Nothing was found.", "There is no such file of the console.");
  });
  app.get("*", async (context) => {
    const built = await files();
    if (!built) return notBuilt(context);
    const root = rootOf(context, options);
    const page = built.page.replaceAll('"./', `"${root}/console/`).replace('content="ROOT"', `content="${root}"`);
    return context.html(page, 200, { "cache-control": "no-cache" });
  });
  return app;
}

/** Who looks, and what he may: the page shows nobody a button that is not for him. */
function mountSession(app: Hono, { sessions, isReadOnly = false, trustProxy = false }: ConsoleOptions): void {
  const view = (identity: Identity) => ({
    signed_in: true,
    subject: identity.subject,
    may_read: identity.roles.has("read") || identity.roles.has("operate"),
    may_operate: identity.roles.has("operate"),
    read_only: isReadOnly,
  });
  app.get("/session", async (context) => {
    if (!sessions)
      return json({ needs_token: false, signed_in: false, may_read: true, may_operate: !isReadOnly, read_only: isReadOnly });
    const found = await sessions.authenticate(context.req.raw.headers);
    if (!("problem" in found)) return json({ needs_token: true, ...view(found) });
    return json({ needs_token: true, signed_in: false, may_read: false, may_operate: false, read_only: isReadOnly });
  });
  app.post("/session", async (context) => {
    const { req } = context;
    if (!sessions) return problem(404, "Nothing was found.", "Nobody signs in here: the API authenticates nobody.");
    if (req.header(CONSOLE_HEADER) === undefined)
      return problem(
        403,
        "The sender may not do this.",
        `The request lacks the header ${CONSOLE_HEADER}, which the console sends.`,
      );
    const body = signIn.safeParse(await req.json().catch(() => undefined));
    if (!body.success) return problem(422, "The request is not valid.", 'The body must be {"token": "…"}.');
    const begun = await sessions.begin(body.data.token.trim());
    if ("detail" in begun) return problem(401, "The request does not show who sends it.", begun.detail);
    const isHttps = new URL(req.url).protocol === "https:" || (trustProxy && req.header("x-forwarded-proto") === "https");
    setCookie(context, SESSION_COOKIE, begun.id, { httpOnly: true, sameSite: "Strict", path: "/", secure: isHttps });
    return context.json({ needs_token: true, ...view(begun.identity) }, 200, { "cache-control": "no-store" });
  });
  app.delete("/session", (context) => {
    sessions?.end(context.req.raw.headers);
    deleteCookie(context, SESSION_COOKIE, { path: "/" });
    return context.body(null, 204);
  });
}

/** The path before the API's routes, as the browser sees it. A malformed prefix is not used. */
function rootOf(context: Context, { pathPrefix = "", trustProxy = false }: ConsoleOptions): string {
  const forwarded = trustProxy ? context.req.header("x-forwarded-prefix") : undefined;
  const isPath = forwarded !== undefined && /^(\/[\w.~%-]+)+\/?$/.test(forwarded);
  const prefix = isPath ? forwarded.replace(/\/$/, "") : pathPrefix;
  return `${prefix}${basePath(context).replace(/\/?console\/?$/, "")}`;
}

function sendAsset({ req }: Context, { type, plain, gzip, br }: BuiltFile): Response {
  const accepted = req.header("accept-encoding") ?? "";
  const [encoding, bytes] =
    /\bbr\b/.test(accepted) && br ? ["br", br] : /\bgzip\b/.test(accepted) && gzip ? ["gzip", gzip] : ["", plain];
  const headers = { "content-type": type, "cache-control": "public, max-age=31536000, immutable", vary: "Accept-Encoding" };
  return new Response(bytes, { headers: encoding === "" ? headers : { ...headers, "content-encoding": encoding } });
}

/** A page for people, which says the same as the problem for programs. */
function notBuilt(context: Context): Response {
  const detail = `The console is not built. Build it, and load this page again: ${BUILD_COMMAND}`;
  if (context.req.header("accept")?.includes("text/html") !== true) return problem(503, "The console is not built.", detail);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>The console is not built</title><h1>The console is not built</h1><p>Build it, and load this page again:</p><pre>${BUILD_COMMAND}</pre></html>`;
  return context.html(page, 503, { "cache-control": "no-store" });
}

function json(body: object): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}

function problem(status: number, title: string, detail: string): Response {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response(JSON.stringify({ type: "about:blank", title, status, detail }), { status, headers });
}
