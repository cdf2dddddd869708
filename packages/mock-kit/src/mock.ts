import { setTimeout } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { type Listening, listen } from "service-kit";
import { cut, sendHalf } from "./connection.ts";
import { describeRoute, jsonBody, jsonReply, type RouteDocument } from "./document.ts";
import { Faults, faultSchema } from "./faults.ts";
import { KeyedReplies } from "./keyed-replies.ts";
import { Ledger } from "./ledger.ts";
import { answered, flaskPage, type Reply, toResponse } from "./reply.ts";

export interface MockRequest {
  readonly params: Readonly<Record<string, string>>;
  /** The JSON body; undefined where the route takes none. */
  readonly body: unknown;
}

/** A route of the service: how its OpenAPI document describes it, and what it does. `answer` is synchronous, so it is atomic. */
export interface MockRoute {
  readonly document: RouteDocument;
  readonly answer: (request: MockRequest) => Reply;
}

export interface MockDefinition {
  readonly title: string;
  /** Whether it keeps the first reply to an Idempotency-Key; the existing services do not. */
  readonly keyed: boolean;
  readonly routes: readonly MockRoute[];
  /** What exists now, for `GET /control/state`. */
  readonly state: () => object;
  readonly reset: () => void;
  /** Further routes under /control, which no fault and no key touches. */
  readonly controls?: readonly MockRoute[];
}

type Env = { readonly Bindings: HttpBindings };

/** An existing service in memory, with what tests and demos need to break it: faults, a ledger of effects, and its state. */
export class Mock {
  readonly #app = new OpenAPIHono<Env>();
  readonly #definition: MockDefinition;
  readonly #faults = new Faults();
  readonly #ledger = new Ledger();
  readonly #keyedReplies = new KeyedReplies();
  /** Counts resets, so that a request delayed across one has no effect on what came after. */
  #epoch = 0;

  constructor(definition: MockDefinition) {
    this.#definition = definition;
    this.#app.use(methodNotAllowed({ app: this.#app, onMethodNotAllowed: (_context, methods) => refuseMethod(methods) }));
    for (const route of definition.routes) {
      this.#mount(route, (context) => this.#serve(route, context), describeRoute(route.document, definition.keyed));
    }
    for (const route of [...this.#ownControls(), ...(definition.controls ?? [])]) {
      this.#mount(route, async (context) => {
        const request = await readRequest(route, context);
        return toResponse(request.refusal ?? route.answer(request));
      });
    }
    this.#app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: definition.title, version: "1.0.0" } });
    this.#app.notFound(() => toResponse(flaskPage(404, "The requested URL was not found on the server.")));
  }

  listen(at: { readonly host: string; readonly port: number }): Promise<Listening> {
    return listen({ fetch: (request, bindings) => this.#app.fetch(request, bindings), ...at });
  }

  #mount(
    { document }: MockRoute,
    handler: (context: Context<Env>) => Promise<Response>,
    described: RouteConfig = document,
  ): void {
    this.#app.openAPIRegistry.registerPath(described);
    this.#app.on(document.method.toUpperCase(), document.path.replaceAll(/\{(\w+)\}/g, ":$1"), handler);
  }

  async #serve(route: MockRoute, context: Context<Env>): Promise<Response> {
    const epoch = this.#epoch;
    const request = await readRequest(route, context);
    const fault = this.#faults.take(nameOf(route));
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
      case "delay":
      case undefined: {
        const reply = await this.#reply(route, context, { request, epoch, ...fault });
        return reply ? toResponse(reply) : cut(context.env);
      }
    }
  }

  /** The reply to a request, its effect applied at most once for its key; undefined when a reset came in between. */
  async #reply(
    route: MockRoute,
    context: Context<Env>,
    { request, epoch, delay_ms = 0 }: ReceivedRequest,
  ): Promise<Reply | undefined> {
    const key = context.req.header("idempotency-key")?.replace(/^"(.*)"$/, "$1");
    const isKeyed = this.#definition.keyed && key && route.document.method !== "get";
    const started = isKeyed
      ? this.#keyedReplies.begin(key, `${context.req.method} ${context.req.path} ${request.text}`)
      : undefined;
    // A delay keeps no process alive whose server is closed.
    if (delay_ms > 0) await setTimeout(delay_ms, undefined, { ref: false });
    if (epoch !== this.#epoch) return undefined;
    if (started?.isFirst === false) return started.reply;
    // From here on nothing is awaited: state, ledger and key change together.
    const reply = request.refusal ?? route.answer(request);
    if (reply.effect) {
      const body = { ...request.params, ...(typeof request.body === "object" ? request.body : {}) };
      this.#ledger.record({ route: nameOf(route), key: key || null, body, result: reply.body });
    }
    started?.end(reply);
    return reply;
  }

  #ownControls(): readonly MockRoute[] {
    const schema = faultSchema(this.#definition.routes.map(nameOf));
    return [
      control({ method: "post", path: "/control/reset", summary: "Everything as it was at the start." }, () => {
        this.#epoch += 1;
        for (const part of [this.#faults, this.#ledger, this.#keyedReplies]) part.clear();
        this.#definition.reset();
        return answered(200, { reset: true });
      }),
      control(
        { method: "post", path: "/control/faults", summary: "Sets a fault for a route.", body: schema, status: 201 },
        ({ body }) => {
          const parsed = schema.safeParse(body);
          if (!parsed.success) return answered(422, { error: z.prettifyError(parsed.error) });
          this.#faults.add(parsed.data);
          return answered(201, { faults: this.#faults.all });
        },
      ),
      control({ method: "get", path: "/control/faults", summary: "The faults that are still to be met." }, () =>
        answered(200, { faults: this.#faults.all }),
      ),
      control({ method: "delete", path: "/control/faults", summary: "Ends all faults." }, () => {
        this.#faults.clear();
        return answered(200, { faults: [] });
      }),
      control({ method: "get", path: "/control/ledger", summary: "Every effect, in order." }, () =>
        answered(200, { items: this.#ledger.items }),
      ),
      control({ method: "get", path: "/control/state", summary: "What exists now." }, () =>
        answered(200, this.#definition.state()),
      ),
    ];
  }
}

/** How the OpenAPI document describes a route under /control; `body` is what it takes, none where it takes nothing. */
interface ControlDocument {
  readonly method: "get" | "post" | "delete";
  readonly path: `/control/${string}`;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly status?: number;
}

/** A route under /control. */
export function control({ method, path, summary, body, status = 200 }: ControlDocument, answer: MockRoute["answer"]): MockRoute {
  const request = body ? { request: { body: jsonBody(body) } } : {};
  return {
    document: {
      method,
      path,
      tags: ["control"],
      summary,
      ...request,
      responses: { [status]: jsonReply(summary, z.looseObject({})) },
    },
    answer,
  };
}

/** As the service's OpenAPI document names it: `DELETE /orders/{order_id}`. */
function nameOf({ document }: MockRoute): string {
  return `${document.method.toUpperCase()} ${document.path}`;
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
  readonly refusal?: Reply;
}

/** A request that arrived whole, and the reset that it came after. */
interface ReceivedRequest {
  readonly request: ReadRequest;
  readonly epoch: number;
  readonly delay_ms?: number;
}

/** Reads a request as Flask does: what is not JSON never reaches the route. */
async function readRequest({ document }: MockRoute, { req }: Context<Env>): Promise<ReadRequest> {
  const params = req.param();
  const text = await req.text();
  if (!document.request?.body) return { params, text, body: undefined };
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
