import { describe, expect, it } from "vitest";
import { setUp } from "../testing/seat-app.ts";

describe("GET /docs", () => {
  it("is a page that loads nothing from another host", async () => {
    const { request } = setUp();
    const page = await request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(html).not.toMatch(/https?:\/\//);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part);
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      const response = await request(`/${part}`);
      expect([part, response.status]).toEqual([part, 200]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });
});
