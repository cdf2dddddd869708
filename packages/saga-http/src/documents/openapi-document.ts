import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Surface } from "../routing/surface.ts";
import { tags } from "../routing/tags.ts";
import { jsonText } from "../wire/json-reply.ts";
import type { Links } from "../wire/links.ts";

/** The name of an API, as its OpenAPI document and pages show it. */
export interface ApiInfo {
  /** The title of the OpenAPI document and of the pages. */
  readonly title: string;
  /** The version of the API, not of OpenAPI, for example `1.0.0`. */
  readonly version: string;
  /** Markdown below the title of the document. Default: none. */
  readonly description?: string;
}

/**
 * `GET /openapi.json` (OpenAPI 3.1), made from the schemas that validate the requests. It is made once, because that costs some hundred
 * requests: only the address of its server differs from request to request.
 */
export function mountOpenApiDocument(surface: Surface, info: ApiInfo, links: Links): void {
  const { app, access } = surface;
  if (access.isOn) app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  let made: string | undefined;
  app.get("/openapi.json", (context) => {
    made ??= JSON.stringify(makeDocument(surface, info));
    const servers = [{ url: links.base(context) || "/", description: "The origin of this document." }];
    return jsonText(`{"servers":${JSON.stringify(servers)},${made.slice(1)}`);
  });
}

/** The document without the address of its server. */
export function makeDocument({ app, access }: Surface, info: ApiInfo): ReturnType<OpenAPIHono["getOpenAPI31Document"]> {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { ...info, license: { name: "MIT", url: "https://spdx.org/licenses/MIT.html" } },
    // Without an identity of its senders, the network decides who reaches it.
    security: access.isOn ? [{ bearer: [] }] : [],
    tags: [...tags],
  });
}
