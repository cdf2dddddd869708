import { setTimeout } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { Context } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { inServerSpan, type Listening, listen, nameServerSpan } from "service-kit";
import { servedHosts } from "web-guard";
import { cut, sendHalf } from "./connection.ts";
import { commonControls, faultSchemaOf } from "./controls.ts";
import { describeRoute } from "./document.ts";
import { type Fault, Faults, readFaults } from "./faults.ts";
import { guardControls } from "./guard-controls.ts";
import { type KeptRequest, KeptRequests } from "./kept-requests.ts";
import { KeyedReplies } from "./keyed-replies.ts";
import { Ledger } from "./ledger.ts";
import { type MockRequest, type MockRoute, nameOf } from "./mock-route.ts";
import { answered, type FlaskPage, flaskPage, type Reply, toResponse } from "./reply.ts";
import { Signals } from "./signals.ts";

export interface MockDefinition {
  readonly title: string;
  /** Whether it gives a repeated Idempotency-Key the first reply; the existing services do not. */
  readonly keyed: boolean;
  readonly routes: readonly MockRoute[];
  /** The bearer token that each call of a route must have; those under /control need none. Default: none is asked. */
  readonly requiredToken?: string | undefined;
  /** The reply to `GET /control/state`. */
  readonly state: () => object;
  readonly reset: () => void;
  /** More routes under /control. Neither faults nor keys apply to them. */
  readonly controls?: readonly MockRoute[];
  /** Called with a line about each signal that was late or given up. Default: nothing. */
  readonly log?: (line: string) => void;
  /** The file by which a mock that was killed comes back with what it had. Default: none. */
  readonly stateFile?: string;
}

interface ListenAt {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts?: readonly string[];
  readonly connectionsMax?: number;
}

type Env = { readonly Bindings: HttpBindings };

/** An existing service in memory, with faults, a ledger of effects and its state under /control, for tests and demos. */
export class Mock {
  readonly #app = new OpenAPIHono<Env>();
  readonly #definition: MockDefinition;
  readonly #faults: Faults;
  readonly #ledger = new Ledger();
  readonly #keyedReplies = new KeyedReplies();
  readonly #signals: Signals;
  readonly #kept: KeptRequests | undefined;
  /** Counts resets: a request that was delayed across a reset must have no effect after it. */
  #epoch = 0;
  #isServed = servedHosts([]);

  constructor(definition: MockDefinition) {
    this.#definition = definition;
    this.#signals = new Signals({ log: definition.log ?? (() => undefined) });
    this.#kept = definition.stateFile === undefined ? undefined : new KeptRequests(definition.stateFile);
    const kept = this.#kept?.read();
    this.#recover(kept?.requests ?? []);
    this.#faults = new Faults(
      (faults) => this.#kept?.appendFaults(faults),
      readFaults(kept?.faults, faultSchemaOf(definition.routes)),
    );
    this.#app.use(methodNotAllowed({ app: this.#app, onMethodNotAllowed: (_context, methods) => refuseMethod(methods) }));
    this.#app.use("/control/*", ...guardControls((host) => this.#isServed(host)));
    for (const route of definition.routes) {
      this.#mount(route, (context) => this.#serve(route, context), describeRoute(route.document, definition.keyed));
    }
    const own = { faults: this.#faults, ledger: this.#ledger, signals: this.#signals };
    const parts = { ...own, state: definition.state, reset: () => this.#reset() };
    for (const route of [...commonControls(definition.routes, parts), ...(definition.controls ?? [])]) {
      const isKept = definition.controls?.includes(route) === true && route.document.method !== "get";
      this.#mount(route, async (context) => {
        const request = await readRequest(route, context);
        if (request.refusal) return toResponse(request.refusal);
        const reply = route.answer(request);
        if (isKept) this.#kept?.append({ route: nameOf(route), params: request.params, body: request.body });
        return toResponse(reply);
      });
    }
    this.#app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: definition.title, version: "1.0.0" } });
    this.#app.notFound(() => toResponse(flaskPage(404, "The requested URL was not found on the server.")));
  }

  /** @param at without `connectionsMax`, it accepts any number of connections; /control is served at addresses, names without a dot and `allowedHosts`. */
  async listen({ allowedHosts = [], ...at }: ListenAt): Promise<Listening> {
    this.#isServed = servedHosts(allowedHosts);
    const fetch = inServerSpan((request: Request, bindings: HttpBindings) => this.#app.fetch(request, bindings));
    const server = await listen({ fetch, ...at });
    const close = async (graceMs?: number) => {
      this.#signals.clear();
      await server.close(graceMs);
    };
    return { url: server.url, port: server.port, close };
  }

  /** Answers again what it answered before it was killed, in the same order. Nobody is signalled again. */
  #recover(requests: readonly KeptRequest[]): void {
    const { routes, controls = [] } = this.#definition;
    const known = new Map([...routes, ...controls].map((route) => [nameOf(route), route]));
    for (const { route: name, params, body, key, request, refusal } of requests) {
      const route = known.get(name);
      if (!route) continue;
      const started = key !== undefined && request !== undefined ? this.#keyedReplies.begin(key, request) : undefined;
      if (started?.isFirst === false) continue;
      const reply =
        refusal ?? (controls.includes(route) ? route.answer({ params, body }) : this.#apply(route, { params, body }, key));
      started?.end(reply);
    }
  }

  /** Without an await: state and ledger change together. */
  #apply(route: MockRoute, request: MockRequest, key: string | undefined): Reply {
    const reply = route.answer(request);
    if (reply.effect) {
      const body = { ...request.params, ...(typeof request.body === "object" ? request.body : {}) };
      this.#ledger.record({ route: nameOf(route), key: key || null, body, result: reply.body });
    }
    return reply;
  }

  #reset(): void {
    this.#epoch += 1;
    for (const part of [this.#faults, this.#ledger, this.#keyedReplies, this.#signals]) part.clear();
    this.#kept?.clear();
    this.#definition.reset();
  }

  #mount(
    { document }: MockRoute,
    handler: (context: Context<Env>) => Promise<Response>,
    described: RouteConfig = document,
  ): void {
    this.#app.openAPIRegistry.registerPath(described);
    const method = document.method.toUpperCase();
    this.#app.on(method, document.path.replaceAll(/\{(\w+)\}/g, ":$1"), (context: Context<Env>) => {
      nameServerSpan(method, document.path);
      return handler(context);
    });
  }

  async #serve(route: MockRoute, context: Context<Env>): Promise<Response> {
    if (!this.#mayCall(context)) return toResponse(answered(401, { error: "The call does not show the token that is asked." }));
    const epoch = this.#epoch;
    const request = await readRequest(route, context);
    const fault = this.#faults.next(nameOf(route), request.body);
    switch (fault?.fault) {
      case "status":
        return toResponse(statusReply(fault));
      case "status_after":
        await this.#reply(route, context, { request, epoch });
        return toResponse(statusReply(fault));
      case "drop_before":
        return cut(context.env);
      case "drop_after":
        await this.#reply(route, context, { request, epoch });
        return cut(context.env);
      case "malformed":
        return sendHalf(context.env, (await this.#reply(route, context, { request, epoch })) ?? answered(200, {}));
      case "delay_after": {
        const reply = await this.#reply(route, context, { request, epoch });
        await pause(fault.delay_ms);
        return reply && epoch === this.#epoch ? toResponse(reply) : cut(context.env);
      }
      case "delay":
      case "signal_never":
      case "signal_twice":
      case "signal_late":
      case undefined: {
        const reply = await this.#reply(route, context, { request, epoch, ...(fault && { fault }) });
        return reply ? toResponse(reply) : cut(context.env);
      }
    }
  }

  #mayCall({ req }: Context<Env>): boolean {
    const { requiredToken } = this.#definition;
    return requiredToken === undefined || req.header("authorization") === `Bearer ${requiredToken}`;
  }

  /** Applies the effect of a request, at most once for each key, and gives its reply; undefined after a reset in between. */
  async #reply(route: MockRoute, context: Context<Env>, { request, epoch, fault }: ReceivedRequest): Promise<Reply | undefined> {
    const key = context.req.header("idempotency-key")?.replace(/^"(.*)"$/, "$1");
    const isRead = route.document.method === "get";
    const isKeyed = this.#definition.keyed && key && !isRead;
    const same = `${context.req.method} ${context.req.path} ${request.text}`;
    const started = isKeyed ? this.#keyedReplies.begin(key, same) : undefined;
    if (fault?.fault === "delay") await pause(fault.delay_ms);
    if (epoch !== this.#epoch) return undefined;
    if (started?.isFirst === false) return started.reply;
    // No await follows: state, ledger, key and file change together.
    const reply = request.refusal ?? this.#apply(route, request, key);
    if (!isRead) this.#keep(route, request, { key, ...(isKeyed && { request: same }) });
    if (reply.signal) this.#signals.send(reply.signal, fault);
    started?.end(reply);
    return reply;
  }

  /** A refusal before the route changes nothing but what its key gets. */
  #keep(route: MockRoute, { params, body, refusal }: ReadRequest, keyed: Pick<KeptRequest, "key" | "request">): void {
    if (refusal && keyed.request === undefined) return;
    this.#kept?.append({ route: nameOf(route), params, body, ...keyed, ...(refusal && { refusal }) });
  }
}

function refuseMethod(methods: readonly string[]): Response {
  const response = toResponse(flaskPage(405, "The method is not allowed for the requested URL."));
  response.headers.set("allow", methods.join(", "));
  return response;
}

/** How a fault answers in the place of the route. */
interface StatusFault {
  readonly status: number;
  readonly retry_after_s?: number | undefined;
  readonly error?: string | undefined;
}

function statusReply({ status, retry_after_s, error = `A fault answers ${status}.` }: StatusFault): Reply {
  const reply = answered(status, { error });
  return retry_after_s === undefined ? reply : { ...reply, retryAfterS: retry_after_s };
}

interface ReadRequest extends MockRequest {
  readonly text: string;
  readonly refusal?: FlaskPage;
}

/** A request that arrived whole, and how many resets came before it. */
interface ReceivedRequest {
  readonly request: ReadRequest;
  readonly epoch: number;
  readonly fault?: Fault;
}

/** It does not keep a process alive whose server is closed. */
async function pause(ms: number): Promise<void> {
  await setTimeout(ms, undefined, { ref: false });
}

/** Reads a request as Flask does: a body that is not JSON is refused before the route. */
async function readRequest({ document }: MockRoute, { req }: Context<Env>): Promise<ReadRequest> {
  const params = req.param();
  const text = await req.text();
  // The existing services ignore a body that they do not expect, but under /control it may be the form of a web page.
  const ignoresBody = document.path.startsWith("/control/") ? text === "" : true;
  if (!document.request?.body && ignoresBody) return { params, text, body: undefined };
  if (!/^application\/(.+\+)?json\b/i.test(req.header("content-type") ?? "")) {
    const refusal = flaskPage(
      415,
      "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    );
    return { params, text, body: undefined, refusal };
  }
  try {
    return { params, text, body: JSON.parse(text) };
  } catch {
    const refusal = flaskPage(400, "The browser (or proxy) sent a request that this server could not understand.");
    return { params, text, body: undefined, refusal };
  }
}
