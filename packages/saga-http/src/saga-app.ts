import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Clock, Engine, SagaIndex } from "saga-core";
import { mountBulkRoutes } from "./bulk/bulk-routes.ts";
import { mountDefinitionRoutes } from "./definitions/definition-routes.ts";
import { mountDocsPage } from "./documents/docs-page.ts";
import { type ApiInfo, mountOpenApiDocument } from "./documents/openapi-document.ts";
import { mountProblemPages } from "./documents/problem-pages.ts";
import { mountHealthRoutes } from "./health/health-routes.ts";
import { invalidMembers } from "./operations/operation-body.ts";
import { mountOperationRoutes } from "./operations/operation-routes.ts";
import { invalidRequest, problem } from "./problems/problem.ts";
import { problemOfError } from "./problems/problem-of-error.ts";
import type { SagaResource } from "./saga-resource.ts";
import { EventHub } from "./sagas/event-hub.ts";
import { mountEventRoutes } from "./sagas/event-routes.ts";
import { EventStreams } from "./sagas/event-streams.ts";
import { mountSagaRoutes } from "./sagas/saga-routes.ts";
import { mountStartRoute } from "./start/start-route.ts";

export interface SagaAppOptions {
  readonly info: ApiInfo;
  readonly engine: Engine;
  readonly index: SagaIndex;
  readonly clock: Clock;
  readonly resources: readonly SagaResource[];
  /** How long `POST /saga/{definition}` waits for the end of a saga, in milliseconds, where its client does not say. */
  readonly syncWaitMsMax: number;
  /** Why no saga can be accepted at present, for `GET /health/ready`; undefined when one can. */
  readonly unreadiness?: () => string | undefined;
  /** Told of an error that is none of the client's; the client gets a problem without its inside. */
  readonly onError: (error: unknown) => void;
}

/**
 * The REST surface of a set of definitions, as a Hono app to serve or to mount in another one.
 *
 * @throws TypeError when a resource shows another input schema than the one that its controller validates with.
 */
export function sagaApp(options: SagaAppOptions): OpenAPIHono {
  const { info, engine, index, clock, resources, syncWaitMsMax, unreadiness = () => undefined, onError } = options;
  const other = resources.find(({ controller, input }) => controller.input !== input);
  if (other) throw new TypeError(`The resource of "${other.controller.name}" must show the input schema of its controller.`);
  const app = new OpenAPIHono({
    defaultHook: (result) => (result.success ? undefined : invalidRequest(result.error.issues.flatMap(invalidMembers))),
  });
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: ({ req }, methods) => {
        const allow = methods.join(", ");
        const detail = `${req.path} knows ${allow}, not ${req.method}.`;
        return problem("method-not-allowed", { detail, headers: { allow } });
      },
    }),
  );
  const finding = { engine, index, clock, onUnreadable: onError, onError };
  const hub = new EventHub(engine);
  const streams = new EventStreams(clock, onError);
  for (const resource of resources) mountStartRoute(app, resource, { engine, clock, syncWaitMsMax });
  mountSagaRoutes(app, { ...finding, hub, streams });
  mountEventRoutes(app, { engine, hub, streams });
  mountOperationRoutes(app, { engine, clock });
  mountBulkRoutes(app, finding);
  mountDefinitionRoutes(app, { engine, controllers: resources.map(({ controller }) => controller) });
  mountHealthRoutes(app, { engine, unreadiness });
  mountOpenApiDocument(app, info);
  mountDocsPage(app, info.title);
  mountProblemPages(app, info.title);
  app.notFound(({ req }) => problem("not-found", { detail: `There is no route ${req.method} ${req.path}.` }));
  app.onError((error) => {
    const told = problemOfError(error);
    if (told) return told;
    onError(error);
    return problem("internal-error", { detail: "The request could not be answered; the log says why." });
  });
  return app;
}
