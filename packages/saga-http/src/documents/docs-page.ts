import type { Surface } from "../routing/surface.ts";
import type { ApiInfo } from "./openapi-document.ts";
import { mountRoutesPage } from "./routes-page.ts";

const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** A file of the package swagger-ui-dist. */
export type SwaggerUiFile = keyof typeof assets;

/** Reads a file of Swagger UI. A host brings it: its package has an install script that reports, which ours must not bring into every project. */
export type SwaggerUi = (file: SwaggerUiFile) => Promise<Uint8Array>;

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

/** `GET /docs`: the OpenAPI document in Swagger UI, if the host brings it, else a plain list of the routes. */
export function mountDocsPage(surface: Surface, info: ApiInfo, swaggerUi: SwaggerUi | undefined): void {
  if (!swaggerUi) {
    mountRoutesPage(surface, info);
    return;
  }
  const { app } = surface;
  app.get("/docs", (context) => context.html(pageOf(info.title), 200, { "content-security-policy": CONTENT_SECURITY_POLICY }));
  app.get("/docs/start.js", (context) => context.body(startScript, 200, { "content-type": "text/javascript; charset=utf-8" }));
  for (const file of files) {
    const headers = { "content-type": assets[file], "cache-control": "public, max-age=86400" };
    app.get(`/docs/${file}`, (context) => swaggerUi(file).then((bytes) => context.body(new Uint8Array(bytes), 200, headers)));
  }
}

const files: readonly SwaggerUiFile[] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];
