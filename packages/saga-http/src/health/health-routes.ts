import { z } from "@hono/zod-openapi";
import type { Engine } from "saga-core";
import { documentedProblems } from "../problems/documented-problems.ts";
import { ProblemError } from "../problems/problem.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { pausedDefinitionSchema, viewPause } from "../wire/pause-view.ts";
import { participantSchema, viewParticipant } from "./participant-view.ts";

/** The paths of these routes. A balancer names no host that is served, so they are served at any. */
export const healthPaths: ReadonlySet<string> = new Set(["/health-check", "/health/live", "/health/ready"]);

export interface HealthRoutesOptions {
  readonly engine: Engine;
  /** The reason why no saga can be accepted at present; undefined when one can. */
  readonly unreadiness: () => string | undefined;
  readonly dependencies: () => readonly Dependency[];
}

/** What the process depends on, like its journal. */
export interface Dependency {
  readonly name: string;
  readonly state: "well" | "failing";
  /** For people: what is so, with its numbers. */
  readonly says: string;
}

/** `GET /health-check`, `/health/live` and `/health/ready`. None of them waits for another process. */
export function mountHealthRoutes(surface: Surface, { engine, unreadiness, dependencies }: HealthRoutesOptions): void {
  for (const route of livenessRoutes) mountRoute(surface, route, () => jsonReply({ status: "ok" }));
  mountRoute(surface, readinessRoute, () => {
    const detail = unreadiness();
    if (detail !== undefined) throw new ProblemError("not-ready", { detail });
    const paused = engine.knownPauses().map((pause) => ({ definition: pause.definition, ...viewPause(pause) }));
    return jsonReply({
      status: "ready",
      participants: engine.participants().map(viewParticipant),
      dependencies: dependencies(),
      paused,
    });
  });
}

const readinessSchema = z
  .object({
    status: z.literal("ready"),
    participants: z.array(participantSchema),
    dependencies: z
      .array(z.object({ name: z.string(), state: z.enum(["well", "failing"]), says: z.string() }))
      .describe("What the process depends on besides its participants: its journal, or Restate."),
    paused: z.array(pausedDefinitionSchema).describe("The paused definitions. They do not make the process unready."),
  })
  .openapi("Readiness");

const livenessSchema = z.object({ status: z.literal("ok") });

function livenessRoute(path: string, operationId: string, summary: string) {
  return {
    method: "get",
    path,
    operationId,
    access: "open",
    tag: "health",
    summary,
    reads: {},
    responses: {
      200: {
        description: "The process runs.",
        content: { "application/json": { schema: livenessSchema, example: { status: "ok" } } },
      },
      405: documentedProblems("method-not-allowed"),
    },
  } as const;
}

const livenessRoutes = [
  livenessRoute("/health-check", "checkHealth", "Checks that the process runs"),
  livenessRoute("/health/live", "checkLiveness", "Liveness: restart the process if this fails"),
];

const readinessRoute = {
  method: "get",
  path: "/health/ready",
  operationId: "checkReadiness",
  access: "open",
  tag: "health",
  summary: "Readiness: send sagas only while this succeeds; shows the state of each participant, and the paused definitions",
  reads: {},
  responses: {
    200: {
      description: "Sagas are accepted, but for those of paused definitions. A saga waits while its participant is unavailable.",
      content: {
        "application/json": {
          schema: readinessSchema,
          example: {
            status: "ready",
            participants: [
              {
                participant: "payments",
                circuit: "closed",
                calls_in_flight: 1,
                waiting: 0,
                failures: 0,
                says: "It is called: 1 call is under way.",
              },
            ],
            dependencies: [{ name: "journal", state: "well", says: "It can be written; the last commit took 1.2 ms." }],
            paused: [
              {
                definition: "order",
                since: "2026-11-23T12:00:00.000Z",
                automatic: true,
                note: "21 of 30 sagas that ended or stopped within 300 s came to need a human",
              },
            ],
          },
        },
      },
    },
    405: documentedProblems("method-not-allowed"),
    503: documentedProblems("not-ready"),
  },
} as const;
