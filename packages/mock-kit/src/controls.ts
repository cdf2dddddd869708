import { z } from "@hono/zod-openapi";
import { jsonBody, jsonReply } from "./document.ts";
import { type Faults, faultSchema } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import { type MockRoute, nameOf } from "./mock-route.ts";
import { answered } from "./reply.ts";
import type { Signals } from "./signals.ts";

/** What the routes under /control read and change. */
interface Controlled {
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly signals: Signals;
  readonly state: () => object;
  readonly reset: () => void;
}

/** The routes under /control that every mock has, and one more where a route signals. */
export function commonControls(routes: readonly MockRoute[], controlled: Controlled): readonly MockRoute[] {
  const { faults, ledger, signals, state, reset } = controlled;
  const signalling = signallingOf(routes);
  const schema = faultSchemaOf(routes);
  const sent = control({ method: "get", path: "/control/signals", summary: "Lists every signal, and what became of it." }, () =>
    answered(200, { items: signals.items }),
  );
  return [
    ...(signalling.length > 0 ? [sent] : []),
    control({ method: "post", path: "/control/reset", summary: "Resets the mock to its start." }, () => {
      reset();
      return answered(200, { reset: true });
    }),
    control(
      { method: "post", path: "/control/faults", summary: "Sets a fault for a route.", body: schema, status: 201 },
      ({ body }) => {
        const parsed = schema.safeParse(body);
        if (!parsed.success) return answered(422, { error: z.prettifyError(parsed.error) });
        faults.add(parsed.data);
        return answered(201, { faults: faults.all });
      },
    ),
    control({ method: "get", path: "/control/faults", summary: "Lists the faults that are set." }, () =>
      answered(200, { faults: faults.all }),
    ),
    control({ method: "delete", path: "/control/faults", summary: "Ends all faults." }, () => {
      faults.clear();
      return answered(200, { faults: [] });
    }),
    control({ method: "get", path: "/control/ledger", summary: "Lists every effect in order." }, () =>
      answered(200, { items: ledger.items }),
    ),
    control({ method: "get", path: "/control/state", summary: "Shows the present state." }, () => answered(200, state())),
  ];
}

/** The faults that can be set for these routes. */
export function faultSchemaOf(routes: readonly MockRoute[]): ReturnType<typeof faultSchema> {
  return faultSchema(routes.map(nameOf), signallingOf(routes));
}

function signallingOf(routes: readonly MockRoute[]): readonly string[] {
  return routes.filter((route) => route.signals === true).map(nameOf);
}

/** The description of a route under /control. */
interface ControlDocument {
  readonly method: "get" | "post" | "delete";
  readonly path: `/control/${string}`;
  readonly summary: string;
  /** The schema of its JSON body; absent for a route without a body. */
  readonly body?: z.ZodType;
  /** Default: 200. */
  readonly status?: number;
}

/** Makes a route under /control. */
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
