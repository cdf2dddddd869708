import { type Context, Hono } from "hono";
import { proxy } from "hono/proxy";
import { type BuiltFiles, readBuiltFiles } from "saga-console/built-files";
import { faultRequest, ordersRequest, processRequest } from "saga-lab/api";
import { labDirectory } from "saga-lab/build";
import { type GateOptions, gate } from "./gate.ts";
import type { Laboratory } from "./laboratory.ts";

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

type Controlled = Pick<Laboratory, "state" | "setFault" | "isFull" | "place" | "act" | "clear">;

export interface LabAppOptions extends GateOptions {
  readonly laboratory: Controlled;
  /** Where the orchestrator is. */
  readonly orchestratorUrl: () => string;
}

/** The page of the lab and what it asks for, under `/lab`; every other path is the orchestrator's, so that the console is at the same origin. */
export function labApp({ laboratory, orchestratorUrl, ...gateOptions }: LabAppOptions): Hono {
  const app = new Hono();
  app.use(gate(gateOptions));
  mountControls(app, laboratory);
  mountPage(app);
  app.all("*", (context) => passOn(context, orchestratorUrl()));
  app.onError((error) => problem(502, error instanceof Error ? error.message : String(error)));
  return app;
}

function mountControls(app: Hono, laboratory: Controlled): void {
  app.get("/lab/api/state", async (context) => {
    context.header("cache-control", "no-store");
    return context.json(await laboratory.state());
  });
  app.put("/lab/api/fault", (context) => take(context, faultRequest, async (fault) => void (await laboratory.setFault(fault))));
  app.post("/lab/api/orders", (context) =>
    take(context, ordersRequest, async ({ count }) => {
      if (laboratory.isFull) return problem(409, "There are enough orders: clear them first.");
      return Response.json({ orders: await laboratory.place(count) });
    }),
  );
  app.post("/lab/api/processes", (context) =>
    take(context, processRequest, async (request) => void (await laboratory.act(request))),
  );
  app.post("/lab/api/clear", async () => {
    await laboratory.clear();
    return new Response(null, { status: 204 });
  });
  app.all("/lab/api/*", () => problem(404, "The lab has no such route."));
}

interface Parser<Value> {
  readonly safeParse: (value: unknown) => { readonly data?: Value | undefined };
}

async function take<Value>(
  { req }: Context,
  schema: Parser<Value>,
  perform: (value: Value) => Promise<Response | undefined>,
): Promise<Response> {
  const value = schema.safeParse(await req.json().catch(() => undefined)).data;
  if (value === undefined) return problem(422, "The request is not valid.");
  return (await perform(value)) ?? new Response(null, { status: 204 });
}

function mountPage(app: Hono): void {
  let built: Promise<BuiltFiles | undefined> | undefined;
  const files = async () => {
    built ??= readBuiltFiles(labDirectory);
    const found = await built;
    if (!found) built = undefined;
    return found;
  };
  app.get("/lab/assets/:name", async (context) => {
    const file = (await files())?.assets.get(context.req.param("name"));
    if (!file) return problem(404, "There is no such file of the lab.");
    return new Response(file.plain, { headers: { "content-type": file.type, "cache-control": "private, max-age=31536000" } });
  });
  const page = async (context: Context) => {
    const found = await files();
    if (!found) return problem(503, "The lab is not built: npx --yes pnpm@12.21.0 --filter saga-lab run build");
    context.header("content-security-policy", CONTENT_SECURITY_POLICY);
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cache-control", "no-store");
    return context.html(found.page.replaceAll('"./', '"/lab/').replace('content="ROOT"', 'content=""'));
  };
  app.get("/lab", page);
  app.get("/lab/*", page);
}

/** As a program would send it: the gate has looked at where it comes from, and the orchestrator knows nothing of the lab. */
async function passOn({ req }: Context, target: string): Promise<Response> {
  const { pathname, search } = new URL(req.url);
  const own = ["host", "cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];
  const headers = Object.fromEntries(Object.entries(req.header()).filter(([name]) => !own.includes(name)));
  const isRead = req.method === "GET" || req.method === "HEAD";
  const body = isRead ? {} : { body: await req.arrayBuffer() };
  return await proxy(`${target}${pathname}${search}`, { method: req.method, headers, ...body, signal: req.raw.signal });
}

function problem(status: number, detail: string): Response {
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response(JSON.stringify({ type: "about:blank", title: "The lab could not do that.", status, detail }), {
    status,
    headers,
  });
}
