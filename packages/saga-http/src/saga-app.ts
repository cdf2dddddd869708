import { OpenAPIHono, type z } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { type Clock, type Engine, pointer, type SagaIndex, UnreadableSaga } from "saga-core";
import { mountDocsPage } from "./docs-page.ts";
import { mountHealthRoutes } from "./health-routes.ts";
import { type InvalidMember, invalidRequest, problem } from "./problem.ts";
import { problemOfError } from "./problem-of-error.ts";
import type { SagaResource } from "./saga-resource.ts";
import { mountSagaRoutes } from "./saga-routes.ts";
import { mountStartRoute } from "./start-route.ts";

export interface SagaAppOptions {
  /** What the OpenAPI document and the pages call this API. */
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
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
  for (const resource of resources) mountStartRoute(app, resource, { engine, clock, syncWaitMsMax });
  mountSagaRoutes(app, {
    engine,
    index,
    onUnreadable: (error) => {
      if (!(error instanceof UnreadableSaga)) throw error;
      onError(error);
      return undefined;
    },
  });
  mountHealthRoutes(app, { engine, unreadiness });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { ...info, license: { name: "MIT" } },
  });
  mountDocsPage(app, info.title);
  app.notFound(({ req }) => problem("not-found", { detail: `There is no route ${req.method} ${req.path}.` }));
  app.onError((error) => {
    const told = problemOfError(error);
    if (told) return told;
    onError(error);
    return problem("internal-error", { detail: "The request could not be answered; the log says why." });
  });
  return app;
}

function invalidMembers(issue: z.core.$ZodIssue): readonly InvalidMember[] {
  if (issue.code !== "unrecognized_keys") return [{ pointer: pointer(issue), detail: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointer({ message: issue.message, path: [...issue.path, key] }),
    detail: "is not known here",
  }));
}
