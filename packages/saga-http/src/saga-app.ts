import { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Engine, SagaIndex } from "saga-core";
import { mountBulkRoutes } from "./bulk/bulk-routes.ts";
import { mountDefinitionRoutes } from "./definitions/definition-routes.ts";
import { mountDocsPage } from "./documents/docs-page.ts";
import { type ApiInfo, mountOpenApiDocument } from "./documents/openapi-document.ts";
import { mountProblemPages } from "./documents/problem-pages.ts";
import { healthPaths, mountHealthRoutes } from "./health/health-routes.ts";
import { mountChoicesRoute } from "./operations/choices-route.ts";
import { mountOperationRoutes } from "./operations/operation-routes.ts";
import { ProblemError } from "./problems/problem.ts";
import { problemOf } from "./problems/problem-of-error.ts";
import type { SagaResource } from "./saga-resource.ts";
import { ChangedSagas } from "./sagas/changed-sagas.ts";
import { EventHub } from "./sagas/event-hub.ts";
import { type Connection, EventStreams } from "./sagas/event-streams.ts";
import { mountEventsRoute } from "./sagas/events-route.ts";
import { mountListRoute } from "./sagas/list-route.ts";
import { ReadQueues } from "./sagas/read-queues.ts";
import { RenderedPages } from "./sagas/rendered-pages.ts";
import { mountSagaRoute } from "./sagas/saga-route.ts";
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
  /** The longest wait of `POST /saga/{definition}` for the end of its saga, in milliseconds; also the wait without a preference. */
  readonly syncWaitMsMax: number;
  /** The reason why no saga can be accepted at present, for `GET /health/ready`; undefined when one can. Default: always ready. */
  readonly unreadiness?: () => string | undefined;
  /**
   * The connection of a request, from what the server passes to `fetch` beside it. With it the streams of one address can be limited, and a reader
   * that reads nothing is disconnected at once. Default: unknown.
   */
  readonly connectionOf?: (bindings: unknown) => Connection | undefined;
  /** The most event streams that one address may have open. Behind a proxy all clients have its address. 0: no limit. Default: 0. */
  readonly streamsPerAddressMax?: number;
  /** Called with each error that no client caused. The client gets a problem without its details. */
  readonly onError: (error: unknown) => void;
}

/**
 * The REST surface of a set of definitions, as a Hono app: serve it, or mount it under a path of another app.
 *
 * @throws TypeError when the `input` of a resource is not the schema that its controller validates with.
 * @example
 * const api = sagaApp({ info: { title: "Seats", version: "1" }, engine, index: journal, clock, resources, syncWaitMsMax: 20_000, onError });
 * const app = new Hono().route("/api", api);
 */
export function sagaApp(options: SagaAppOptions): OpenAPIHono {
  const { info, engine, index, clock, resources, syncWaitMsMax, unreadiness = () => undefined, onError } = options;
  const mismatch = resources.find(({ controller, input }) => controller.input !== input);
  if (mismatch)
    throw new TypeError(`The resource of "${mismatch.controller.name}" must show the input schema of its controller.`);
  const app = new OpenAPIHono();
  const links = new Links(options);
  guardWeb(app, healthPaths, options);
  answerErrors(app, onError);
  const finder = { engine, index, onUnreadable: onError, queues: new ReadQueues() };
  const hub = new EventHub(engine);
  const { connectionOf, streamsPerAddressMax } = options;
  const streams = new EventStreams({ clock, onError, connectionOf, streamsPerAddressMax });
  const changed = new ChangedSagas({ clock, hub });
  const pages = new RenderedPages({ engine, hub });
  for (const resource of resources) mountStartRoute(app, resource, { engine, clock, links, syncWaitMsMax });
  mountListRoute(app, { ...finder, clock, changed, streams });
  mountSagaRoute(app, { engine, clock });
  mountChoicesRoute(app, { engine, clock });
  mountEventsRoute(app, { engine, hub, streams, pages });
  mountOperationRoutes(app, { engine, clock, links });
  mountBulkRoutes(app, { ...finder, clock, links, onError });
  mountDefinitionRoutes(app, { engine, controllers: resources.map(({ controller }) => controller) });
  mountHealthRoutes(app, { engine, unreadiness });
  mountOpenApiDocument(app, info, links);
  mountDocsPage(app, info.title);
  mountProblemPages(app, info.title);
  return app;
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
