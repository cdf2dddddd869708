import { z } from "@hono/zod-openapi";
import type { Engine } from "saga-core";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { pausedDefinitionSchema, viewPause } from "../wire/pause-view.ts";
import { phaseSchema, type SagaPhase } from "../wire/phase-schema.ts";
import { timestamp } from "../wire/timestamp.ts";
import { type Activity, activityExample, activityMembers, viewActivity } from "./overview-activity.ts";

/** How many sagas of a definition are at something. */
export interface OpenCount {
  readonly definition: string;
  readonly phase: SagaPhase;
  readonly count: number;
  /** Since when the oldest of them is, in milliseconds since the epoch. Absent: there is none. */
  readonly oldestSince?: number;
}

export interface OverviewRouteOptions {
  readonly engine: Pick<Engine, "participants" | "knownPauses">;
  readonly openCounts: () => readonly OpenCount[];
  /** What happened lately. Absent: the reply has nothing of it. */
  readonly activity: (() => Activity) | undefined;
}

/** `GET /overview`. */
export function mountOverviewRoute(surface: Surface, { engine, openCounts, activity }: OverviewRouteOptions): void {
  mountRoute(surface, overviewRoute, () => {
    const open = openCounts()
      .filter(({ count }) => count > 0)
      .map(({ oldestSince, ...count }) => ({
        ...count,
        ...(oldestSince !== undefined && { oldest_since: timestamp(oldestSince) }),
      }));
    const paused = engine.knownPauses().map((pause) => ({ definition: pause.definition, ...viewPause(pause) }));
    return jsonReply({ open, paused, ...(activity && viewActivity(activity(), engine.participants())) });
  });
}

const overviewSchema = z
  .object({
    open: z.array(
      z.object({
        definition: z.string(),
        phase: phaseSchema,
        count: z.int().min(1),
        oldest_since: z.iso.datetime().optional().describe("Since when the oldest of them is there."),
      }),
    ),
    paused: z.array(pausedDefinitionSchema).describe("The definitions that start no saga at present, and why."),
    ...z.object(activityMembers).partial().shape,
  })
  .openapi("Overview");

const overviewRoute = {
  method: "get",
  path: "/overview",
  operationId: "readOverview",
  access: "read",
  tag: "sagas",
  summary: "How many open sagas are at what, what happened in the last hour, and the last repairs",
  description:
    "It reads no saga, so it takes no longer where many are open. Right after a start it fills as sagas are resumed. `minutes`, `calls` and `repairs` are those of this process, since its start; they are absent where the host does not count them.",
  reads: {},
  responses: {
    200: {
      description: "In `open`, one line for each definition and phase that has sagas.",
      content: {
        "application/json": {
          schema: overviewSchema,
          example: {
            open: [{ definition: "order", phase: "in_doubt", count: 3, oldest_since: "2026-11-23T12:00:00.000Z" }],
            paused: [{ definition: "refund", since: "2026-11-23T11:50:00.000Z", automatic: false, by: "nadia" }],
            ...activityExample,
          },
        },
      },
    },
    405: documentedProblems("method-not-allowed"),
  },
} as const;
