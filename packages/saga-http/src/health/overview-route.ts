import { z } from "@hono/zod-openapi";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";
import { phaseSchema, type SagaPhase } from "../wire/phase-schema.ts";
import { timestamp } from "../wire/timestamp.ts";

/** How many sagas of a definition are at something. */
export interface OpenCount {
  readonly definition: string;
  readonly phase: SagaPhase;
  readonly count: number;
  /** Since when the oldest of them is, in milliseconds since the epoch. Absent: there is none. */
  readonly oldestSince?: number;
}

/** `GET /overview`. */
export function mountOverviewRoute(surface: Surface, openCounts: () => readonly OpenCount[]): void {
  mountRoute(surface, overviewRoute, () => {
    const open = openCounts()
      .filter(({ count }) => count > 0)
      .map(({ oldestSince, ...count }) => ({
        ...count,
        ...(oldestSince !== undefined && { oldest_since: timestamp(oldestSince) }),
      }));
    return jsonReply({ open });
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
  })
  .openapi("Overview");

const overviewRoute = {
  method: "get",
  path: "/overview",
  operationId: "readOverview",
  access: "read",
  tag: "sagas",
  summary: "How many open sagas are at what, and since when the oldest is",
  description: "It reads no saga, so it takes no longer where many are open. Right after a start it fills as sagas are resumed.",
  reads: {},
  responses: {
    200: {
      description: "One line for each definition and phase that has sagas.",
      content: {
        "application/json": {
          schema: overviewSchema,
          example: {
            open: [{ definition: "order", phase: "in_doubt", count: 3, oldest_since: "2026-11-23T12:00:00.000Z" }],
          },
        },
      },
    },
    405: documentedProblems("method-not-allowed"),
  },
} as const;
