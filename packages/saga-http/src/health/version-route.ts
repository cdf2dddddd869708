import { z } from "@hono/zod-openapi";
import { documentedProblems } from "../problems/documented-problems.ts";
import { mountRoute } from "../routing/mount-route.ts";
import type { Surface } from "../routing/surface.ts";
import { jsonReply } from "../wire/json-reply.ts";

/** What runs: the host's name and version, and what it runs on. */
export interface Build {
  readonly name: string;
  readonly version: string;
  /** The commit that it was built from. Absent: it is not known. */
  readonly commit?: string;
  /** The runtime and its version, like `deno 2.9.6`. */
  readonly runtime: string;
  /** The engine, like `embedded`. */
  readonly engine: string;
}

/** `GET /version`. */
export function mountVersionRoute(surface: Surface, { name, version, commit, runtime, engine }: Build): void {
  const view = { name, version, ...(commit !== undefined && { commit }), runtime, engine };
  mountRoute(surface, versionRoute, () => jsonReply(view));
}

const buildSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    commit: z.string().optional().describe("Absent: it is not known."),
    runtime: z.string(),
    engine: z.string(),
  })
  .openapi("Build");

const versionRoute = {
  method: "get",
  path: "/version",
  operationId: "readVersion",
  access: "read",
  tag: "health",
  summary: "What runs: the version, the commit if it is known, the runtime and the engine",
  reads: {},
  responses: {
    200: {
      description: "What runs.",
      content: {
        "application/json": {
          schema: buildSchema,
          example: { name: "orchestrator", version: "0.1.0", commit: "4ec6415", runtime: "deno 2.9.6", engine: "embedded" },
        },
      },
    },
    405: documentedProblems("method-not-allowed"),
  },
} as const;
