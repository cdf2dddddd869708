import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";

const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

// The page needs no other host, and this header makes the browser refuse any.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

const pageOf = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}: API</title>
    <link rel="icon" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <main id="api"></main>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const startScript = `SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
`;

/** `GET /docs`: Swagger UI for the OpenAPI document, from files of this machine. */
export function mountDocsPage(app: OpenAPIHono, title: string): void {
  const directory = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  app.get("/docs", (context) => context.html(pageOf(title), 200, { "content-security-policy": CONTENT_SECURITY_POLICY }));
  app.get("/docs/start.js", (context) => context.body(startScript, 200, { "content-type": "text/javascript; charset=utf-8" }));
  for (const [name, contentType] of Object.entries(assets)) {
    app.get(`/docs/${name}`, async (context) => {
      const bytes = await readFile(join(directory, name));
      return context.body(new Uint8Array(bytes), 200, { "content-type": contentType, "cache-control": "public, max-age=86400" });
    });
  }
}
