import { z } from "@hono/zod-openapi";
import type { Engine, ParticipantState } from "saga-core";
import { documentedProblems } from "../problems/documented-problems.ts";
import { ProblemError } from "../problems/problem.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { pausedDefinitionSchema, viewPause } from "../wire/pause-view.ts";
import { timestamp } from "../wire/timestamp.ts";

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

function viewParticipant(state: ParticipantState): z.output<typeof participantSchema> {
  const { participant, circuit, callsInFlight, waiting, failures, lastFailure, nextTrialAt } = state;
  return {
    participant,
    circuit,
    calls_in_flight: callsInFlight,
    waiting,
    failures,
    says: wordsOf(state),
    ...(lastFailure && { last_failure: lastFailure }),
    ...(nextTrialAt !== undefined && { next_probe_at: timestamp(nextTrialAt) }),
  };
}

/** The state of a participant in a sentence. */
function wordsOf({ circuit, callsInFlight, waiting, failures, lastFailure }: ParticipantState): string {
  const calls = `${callsInFlight} ${callsInFlight === 1 ? "call is" : "calls are"} under way`;
  const waits = waiting === 0 ? "" : `, and ${waiting} ${waiting === 1 ? "waits" : "wait"}`;
  const last = lastFailure === "answer" ? "it answers, but without success" : "it gives no answer";
  const failed = failures === 0 ? "" : `; ${failures} ${failures === 1 ? "saga has" : "sagas have"} failed there, and ${last}`;
  switch (circuit) {
    case "closed":
      return `It is called${failed}: ${calls}${waits}.`;
    case "open":
      return `The sagas that failed there are held back${failed}: ${calls}${waits}.`;
    case "half-open":
      return `One of the sagas that failed there tries again${failed}: ${calls}${waits}.`;
  }
}

const participantSchema = z
  .object({
    participant: z.string(),
    circuit: z
      .enum(["closed", "open", "half-open"])
      .describe(
        "`open`: several sagas failed at the participant with no clear answer between, and they are held back; `half-open`: one of them at a time tries again. A saga that has not failed there is not held back.",
      ),
    calls_in_flight: z.int(),
    waiting: z.int().describe("The calls and sagas that wait for room, or for the circuit."),
    says: z.string().describe("The same in a sentence, for people."),
    failures: z.int().describe("How many different sagas failed there since its last clear answer."),
    last_failure: z
      .enum(["answer", "silence"])
      .optional()
      .describe(
        "How the last of them failed: with an answer, such as a 429 or a 500; or with none, such as a timeout. After silence no more than eight sagas at a time make their first attempt.",
      ),
    next_probe_at: z.iso.datetime().optional(),
  })
  .openapi("Participant");

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
