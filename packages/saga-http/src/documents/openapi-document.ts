import type { OpenAPIHono } from "@hono/zod-openapi";
import { mountedAt } from "../wire/mounted-at.ts";

/** What the OpenAPI document and the pages call an API. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

const tags = [
  { name: "sagas", description: "Starting sagas, and looking at them." },
  { name: "operations", description: "What a person may ask of a saga." },
  { name: "definitions", description: "The kinds of saga, and pausing them." },
  { name: "health", description: "How the orchestrator and its participants fare." },
];

/** `GET /openapi.json`: what the schemas that validate say (OpenAPI 3.1). */
export function mountOpenApiDocument(app: OpenAPIHono, info: ApiInfo): void {
  app.doc31("/openapi.json", ({ req }) => ({
    openapi: "3.1.0",
    info: { ...info, license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" } },
    servers: [{ url: mountedAt(req, "/openapi.json") || "/", description: "Where this document comes from." }],
    // Whoever reaches the orchestrator may use it: who that is, its network decides.
    security: [],
    tags,
  }));
}
