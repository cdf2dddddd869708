import type { OpenAPIHono } from "@hono/zod-openapi";
import { tags } from "../routing/tags.ts";
import { mountedAt } from "../wire/mounted-at.ts";

/** The name of an API, as its OpenAPI document and pages show it. */
export interface ApiInfo {
  /** The title of the OpenAPI document and of the pages. */
  readonly title: string;
  /** The version of the API, not of OpenAPI, for example `1.0.0`. */
  readonly version: string;
  /** Markdown below the title of the document. Default: none. */
  readonly description?: string;
}

/** `GET /openapi.json` (OpenAPI 3.1), made from the schemas that validate the requests. */
export function mountOpenApiDocument(app: OpenAPIHono, info: ApiInfo): void {
  app.doc31("/openapi.json", ({ req }) => ({
    openapi: "3.1.0",
    info: { ...info, license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" } },
    servers: [{ url: mountedAt(req, "/openapi.json") || "/", description: "The origin of this document." }],
    // The API authenticates nobody: the network decides who reaches it.
    security: [],
    tags: [...tags],
  }));
}
