import { z } from "@hono/zod-openapi";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";

/** The metrics of the host's process, as its library for metrics writes them. */
export interface Metrics {
  /** The type of the text, with the version of its format. */
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** `GET /metrics`, for Prometheus. It is answered also while no saga can be accepted. */
export function mountMetricsRoute(surface: Surface, metrics: Metrics): void {
  mountRoute(surface, metricsRoute, async () => {
    const text = await metrics.text();
    return new Response(text, { headers: { "content-type": metrics.contentType, "cache-control": "no-store" } });
  });
}

const metricsRoute = {
  method: "get",
  path: "/metrics",
  operationId: "readMetrics",
  access: "read",
  tag: "health",
  summary: "The metrics of this process, in Prometheus' text format",
  description:
    "Counters count from the start of the process. No label has an id. Reading them reads no saga, so it takes no longer where many are open.",
  reads: {},
  responses: {
    200: {
      description: "One line for each value.",
      content: { "text/plain": { schema: z.string(), example: 'saga_started_total{definition="order"} 42\n' } },
    },
    405: documentedProblems("method-not-allowed"),
  },
} as const;
