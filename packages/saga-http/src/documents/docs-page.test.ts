import { describe, expect, it } from "vitest";
import { setUp } from "../testing/seat-app.ts";

describe("GET /docs", () => {
  it("is a page that loads nothing from another host, with the files of Swagger UI that the host brings", async () => {
    const { request } = setUp({ web: { swaggerUi: async (file) => new TextEncoder().encode(`the file ${file}`) } });
    const page = await request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(html).not.toMatch(/https?:\/\//);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = ""]) => part);
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      const response = await request(`/${part}`);
      expect([part, response.status]).toEqual([part, 200]);
      const brought = `the file ${part.replace("docs/", "")}`;
      expect(await response.text()).toContain(part === "docs/start.js" ? "openapi.json" : brought);
    }
  });

  it("lists every route of the OpenAPI document, without a script, where the host brings no Swagger UI", async () => {
    const { request, getJson } = setUp();
    const page = await request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:\/\/|<script/);
    const routes = Object.entries((await getJson("/openapi.json"))["paths"] ?? {});
    expect(routes.length).toBeGreaterThan(10);
    for (const [path, item] of routes)
      for (const method of ["get", "post"].filter((name) => name in item))
        expect(html).toContain(`<dt>${method.toUpperCase()} ${path}</dt>`);
    for (const link of ["openapi.json", "problems"]) expect([link, html.includes(`href="${link}"`)]).toEqual([link, true]);
  });
});
