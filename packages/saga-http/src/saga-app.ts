import { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { type Clock, type Controller, type Engine, MASK, type SagaIndex } from "saga-core";
import { Access, type AccessRefused } from "./access/access.ts";
import type { Authenticate } from "./access/identity.ts";
import { mountBulkRoutes } from "./bulk/bulk-routes.ts";
import { mountDefinitionRoutes } from "./definitions/definition-routes.ts";
import { mountDocsPage, type SwaggerUi } from "./documents/docs-page.ts";
import { type ApiInfo, mountOpenApiDocument } from "./documents/openapi-document.ts";
import { mountProblemPages } from "./documents/problem-pages.ts";
import { type Dependency, healthPaths, mountHealthRoutes } from "./health/health-routes.ts";
import { type Metrics, mountMetricsRoute } from "./health/metrics-route.ts";
import type { Activity } from "./health/overview-activity.ts";
import { mountOverviewRoute, type OpenCount } from "./health/overview-route.ts";
import { type Build, mountVersionRoute } from "./health/version-route.ts";
import { mountChoicesRoute } from "./operations/choices-route.ts";
import { mountOperationRoutes } from "./operations/operation-routes.ts";
import { ProblemError } from "./problems/problem.ts";
import { problemOf } from "./problems/problem-of-error.ts";
import type { Audience, Surface } from "./routing/surface.ts";
import { type RequestedRoute, tellRoute } from "./routing/tell-route.ts";
import type { SagaResource } from "./saga-resource.ts";
import { ChangedSagas } from "./sagas/changed-sagas.ts";
import { EventHub } from "./sagas/event-hub.ts";
import { type Connection, EventStreams } from "./sagas/event-streams.ts";
import { mountEventsRoute } from "./sagas/events-route.ts";
import { mountListRoute } from "./sagas/list-route.ts";
import { ReadQueues } from "./sagas/read-queues.ts";
import { RenderedPages } from "./sagas/rendered-pages.ts";
import { mountSagaRoute } from "./sagas/saga-route.ts";
import { mountSignalPreviewRoute } from "./signals/signal-preview-route.ts";
import { mountSignalRoutes } from "./signals/signal-routes.ts";
import { mountWaitRoutes } from "./signals/wait-routes.ts";
import { allContextHeaders, type ContextHeaders, contextHeaderNames } from "./start/context-headers.ts";
import { mountStartRoute } from "./start/start-route.ts";
import { guardWeb, type WebGuardOptions } from "./web/guard-web.ts";
import { type LinkOptions, Links } from "./wire/links.ts";

export interface SagaAppOptions extends WebGuardOptions, LinkOptions {
  /** The API's name, as its OpenAPI document and pages show it. */
  readonly info: ApiInfo;
  /** The engine that runs the sagas of all `resources`. */
  readonly engine: Engine;
  /** The index that `GET /sagas` searches; the journal of an embedded engine is one. */
  readonly index: SagaIndex;
  /** The clock that the engine uses too: waits, heartbeats and explanations go by it. */
  readonly clock: Clock;
  /** The definitions that this API starts and shows. */
  readonly resources: readonly SagaResource[];
  /** The versions of definitions that the engine keeps for sagas that started with them, for `GET /definitions`. Default: none. */
  readonly earlier?: readonly Controller[];
  /** The longest wait of `POST /saga/{definition}` for the end of its saga, in milliseconds; also the wait without a preference. */
  readonly syncWaitMsMax: number;
  /** The reason why no saga can be accepted at present, for `GET /health/ready`; undefined when one can. Default: always ready. */
  readonly unreadiness?: () => string | undefined;
  /** The metrics of the process, for `GET /metrics`. Default: none, and there is no such route. */
  readonly metrics?: Metrics;
  /** What runs, for `GET /version`. Default: nothing, and there is no such route. */
  readonly build?: Build;
  /** The open sagas by what they are at, for `GET /overview`. It waits for nothing. Default: nothing, and there is no such route. */
  readonly openCounts?: () => readonly OpenCount[];
  /** What happened lately, for `GET /overview`. It waits for nothing. Default: nothing, and the reply has only what is open and paused. */
  readonly activity?: () => Activity;
  /** What the process depends on besides its participants, for `GET /health/ready`. It waits for nothing. Default: nothing. */
  readonly dependencies?: () => readonly Dependency[];
  /** Called when an event stream is opened or closed. Default: nothing. */
  readonly onStream?: (change: "opened" | "closed") => void;
  /**
   * The connection of a request, from what the server passes to `fetch` beside it. With it the streams of one address can be limited, and a reader
   * that reads nothing is disconnected at once. Default: unknown.
   */
  readonly connectionOf?: (bindings: unknown) => Connection | undefined;
  /** The most event streams that one address may have open. Behind a proxy all clients have its address. 0: no limit. Default: 0. */
  readonly streamsPerAddressMax?: number;
  /**
   * Finds out who sends a request. Then each route needs its role, who acts comes from the identity, and a context has the identity's tenant and
   * subject instead of those of headers. Health, documents and problem pages stay open. Default: nobody is authenticated, and everybody may do all.
   */
  readonly authenticate?: Authenticate;
  /** Called with each request that `authenticate`, a role or the state of its saga refused, for the log. Count them: senders decide how many there are. Default: nothing. */
  readonly onRefused?: (refused: AccessRefused) => void;
  /** Which routes the app has: those of `callers` (starts, signals, their own sagas), of `operators` (all others, and signals by the id of a saga), or `both`. Default: `both`. */
  readonly audience?: Audience;
  /** The headers that say for whom a request is. They count for definitions that declare a context; see `ContextHeaders`. */
  readonly contextHeaders?: ContextHeaders;
  /** Reads a file of the package swagger-ui-dist, for `GET /docs`. Default: none, and the page is a plain list of the routes. */
  readonly swaggerUi?: SwaggerUi;
  /** Called with the route of each request, as the OpenAPI document writes it, before anything is waited for: for traces. Default: nothing. */
  readonly onRoute?: (route: RequestedRoute) => void;
  /** Called with each error that no client caused. The client gets a problem without its details. */
  readonly onError: (error: unknown) => void;
}

/**
 * The REST surface of a set of definitions, as a Hono app: serve it, or mount it under a path of another app.
 *
 * @throws TypeError when the `input` of a resource is not the schema that its controller validates with, or when its `result` names a secret member
 * whose schema does not take the mask that people see.
 * @example
 * const api = sagaApp({ info: { title: "Seats", version: "1" }, engine, index: journal, clock, resources, syncWaitMsMax: 20_000, onError });
 * const app = new Hono().route("/api", api);
 */
export function sagaApp(options: SagaAppOptions): OpenAPIHono {
  const { info, engine, index, clock, resources, syncWaitMsMax, unreadiness = () => undefined, onError } = options;
  const mismatch = resources.find(({ controller, input }) => controller.input !== input);
  if (mismatch)
    throw new TypeError(`The resource of "${mismatch.controller.name}" must show the input schema of its controller.`);
  for (const resource of resources) refuseUnmaskable(resource);
  const controllers = resources.map(({ controller }) => controller);
  const contextHeaders = contextHeaderNames(options.contextHeaders);
  const app = new OpenAPIHono();
  const { authenticate, onRefused, audience = "both", onRoute } = options;
  if (onRoute) app.use(tellRoute(onRoute));
  const access = new Access({ authenticate, onRefused, noteRefusal: (id, refusal) => engine.noteRefusal(id, refusal) });
  const surface: Surface = { app, access, audience };
  const links = new Links(options);
  const ownHeaders = allContextHeaders(controllers, contextHeaders, authenticate !== undefined);
  guardWeb(app, { alwaysServed: healthPaths, ownHeaders }, options);
  answerErrors(app, onError);
  const finder = { engine, index, onUnreadable: onError, queues: new ReadQueues() };
  const hub = new EventHub(engine);
  const { connectionOf, streamsPerAddressMax, onStream, metrics, build, openCounts, activity, dependencies = () => [] } = options;
  const streams = new EventStreams({ clock, onError, connectionOf, streamsPerAddressMax, onStream });
  const changed = new ChangedSagas({ clock, hub });
  const pages = new RenderedPages({ engine, hub });
  for (const resource of resources) mountStartRoute(surface, resource, { engine, clock, links, syncWaitMsMax, contextHeaders });
  mountListRoute(surface, { ...finder, clock, changed, streams });
  mountSagaRoute(surface, { engine, clock });
  mountChoicesRoute(surface, { engine, clock });
  mountEventsRoute(surface, { engine, hub, streams, pages });
  mountOperationRoutes(surface, { engine, clock, links });
  // Also where no definition here has a wait: the journal may hold sagas of an earlier version, or of another definition, that has some.
  mountSignalRoutes(surface, {
    engine,
    contextHeaders,
    // With an identity, it says for which tenant a signal is.
    readsTenant: authenticate === undefined && controllers.some(({ context }) => context.tenant !== undefined),
  });
  mountSignalPreviewRoute(surface, { engine, clock });
  mountWaitRoutes(surface, { engine, clock, links });
  mountBulkRoutes(surface, { ...finder, clock, links, onError });
  mountDefinitionRoutes(surface, { engine, controllers, earlier: options.earlier ?? [] });
  mountHealthRoutes(surface, { engine, unreadiness, dependencies });
  if (metrics) mountMetricsRoute(surface, metrics);
  if (build) mountVersionRoute(surface, build);
  if (openCounts) mountOverviewRoute(surface, { engine, openCounts, activity });
  mountOpenApiDocument(surface, info, links);
  mountDocsPage(surface, info, options.swaggerUi);
  mountProblemPages(app, info.title);
  return app;
}

/** The reply to a start has a mask in the place of what is secret, and must be what the OpenAPI document says. */
function refuseUnmaskable({ controller, result }: SagaResource): void {
  const partial = result.partial();
  const name = controller.secret.find((path) => path in result.shape && !partial.safeParse({ [path]: MASK }).success);
  if (name !== undefined)
    throw new TypeError(
      `The result of "${controller.name}" names its secret member "${name}", which people see as ${MASK}, and its schema takes no such text: leave it out.`,
    );
}

/** Answers every error with its problem, those of a route and those of a request without one. */
function answerErrors(app: OpenAPIHono, onError: (error: unknown) => void): void {
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: ({ req }, methods) => {
        const allow = methods.join(", ");
        const detail = `${req.path} allows ${allow}, not ${req.method}.`;
        return new ProblemError("method-not-allowed", { detail, headers: { allow } }).toResponse();
      },
    }),
  );
  // Returned, not thrown: after an error, `methodNotAllowed` does not look for other methods of the path.
  app.notFound(({ req }) => {
    return new ProblemError("not-found", { detail: `There is no route ${req.method} ${req.path}.` }).toResponse();
  });
  app.onError((error) => {
    // A host's own route or middleware in this app may throw one.
    if (error instanceof HTTPException) return error.getResponse();
    const problem = problemOf(error);
    if (problem) return problem.toResponse();
    onError(error);
    return new ProblemError("internal-error", { detail: "The request could not be answered; the log says why." }).toResponse();
  });
}
