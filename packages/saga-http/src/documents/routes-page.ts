import { html } from "hono/html";
import type { Surface } from "../routing/surface.ts";
import { type ApiInfo, makeDocument } from "./openapi-document.ts";

const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** `GET /docs` without a renderer: each route and what it does, from the OpenAPI document, without a script. */
export function mountRoutesPage(surface: Surface, info: ApiInfo): void {
  surface.app.get("/docs", (context) => {
    const rows = Object.entries(makeDocument(surface, info).paths ?? {}).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? [html`<dt>${method.toUpperCase()} ${path}</dt><dd>${operation.summary ?? ""}</dd>`] : [];
      }),
    );
    const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${info.title}: API</title>
    <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; } dt { font: 600 0.9rem monospace; }</style>
  </head>
  <body><h1>${info.title}</h1><p><a href="openapi.json">OpenAPI document</a>, <a href="problems">problems</a></p><dl>${rows}</dl></body>
</html>
`;
    return context.html(page, 200, { "content-security-policy": CONTENT_SECURITY_POLICY });
  });
}
