import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import type { Engine, ParticipantState } from "saga-core";
import { problem, problemResponse } from "../problems/problem.ts";
import { RETRY_AFTER_S } from "../problems/problem-of-error.ts";

export interface HealthRoutesOptions {
  readonly engine: Engine;
  /** Why no saga can be accepted at present; undefined when one can. */
  readonly unreadiness: () => string | undefined;
}

/** `GET /health-check`, `/health/live` and `/health/ready`. None of them looks outside this process. */
export function mountHealthRoutes(app: OpenAPIHono, { engine, unreadiness }: HealthRoutesOptions): void {
  app.openapi(healthRoute("/health-check", "Whether it runs"), (context) => context.json({ status: "ok" as const }, 200));
  app.openapi(healthRoute("/health/live", "Whether it runs: otherwise it wants to be started again"), (context) =>
    context.json({ status: "ok" as const }, 200),
  );
  app.openapi(readyRoute, (context) => {
    const reason = unreadiness();
    if (reason !== undefined) throw notReady(reason);
    return context.json({ status: "ready" as const, participants: engine.participants().map(viewParticipant) }, 200);
  });
}

function notReady(detail: string): HTTPException {
  const headers = { "retry-after": String(RETRY_AFTER_S) };
  return new HTTPException(503, { res: problem("not-ready", { detail, headers }) });
}

function viewParticipant(state: ParticipantState): z.output<typeof participantSchema> {
  const { participant, circuit, callsInFlight, waiting, failures, nextProbeAt } = state;
  return {
    participant,
    circuit,
    calls_in_flight: callsInFlight,
    waiting,
    failures,
    ...(nextProbeAt !== undefined && { next_probe_at: new Date(nextProbeAt).toISOString() }),
  };
}

const participantSchema = z
  .object({
    participant: z.string(),
    circuit: z
      .enum(["closed", "open", "half-open"])
      .describe("`open`: it is taken for dead and left alone; `half-open`: one call at a time tries whether it is there again."),
    calls_in_flight: z.int(),
    waiting: z.int().describe("Calls and sagas that wait for their turn, or for it to be there again."),
    failures: z.int().describe("Calls in a row without an answer."),
    next_probe_at: z.iso.datetime().optional(),
  })
  .openapi("Participant");

function healthRoute<Path extends string>(path: Path, summary: string) {
  const schema = z.object({ status: z.literal("ok") });
  return createRoute({
    method: "get",
    path,
    operationId: path === "/health-check" ? "checkHealth" : "checkLiveness",
    tags: ["health"],
    summary,
    responses: {
      200: { description: "It runs.", content: { "application/json": { schema, example: { status: "ok" } } } },
      405: problemResponse("method-not-allowed"),
    },
  });
}

const readyRoute = createRoute({
  method: "get",
  path: "/health/ready",
  operationId: "checkReadiness",
  tags: ["health"],
  summary: "Whether it accepts sagas, and how its participants fare",
  responses: {
    200: {
      description: "It accepts sagas; those for whom a participant is not there wait.",
      content: {
        "application/json": {
          schema: z.object({ status: z.literal("ready"), participants: z.array(participantSchema) }).openapi("Readiness"),
          example: {
            status: "ready",
            participants: [{ participant: "payments", circuit: "closed", calls_in_flight: 1, waiting: 0, failures: 0 }],
          },
        },
      },
    },
    405: problemResponse("method-not-allowed"),
    503: problemResponse("not-ready"),
  },
});
