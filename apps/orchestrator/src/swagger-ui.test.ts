import { expect, it } from "vitest";
import { swaggerUi } from "./swagger-ui.ts";

it("gives the whole of Swagger UI from this machine", async () => {
  const decoder = new TextDecoder();
  expect(decoder.decode(await swaggerUi("swagger-ui.css"))).toContain(".swagger-ui");
  expect(decoder.decode(await swaggerUi("swagger-ui-bundle.js"))).toContain("SwaggerUIBundle");
  expect((await swaggerUi("favicon-32x32.png")).byteLength).toBeGreaterThan(50);
});
