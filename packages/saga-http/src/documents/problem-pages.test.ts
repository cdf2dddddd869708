import { describe, expect, it } from "vitest";
import { problemTypes } from "../problems/problem-types.ts";
import { setUp } from "../testing/seat-app.ts";

describe("GET /problems/{type}", () => {
  it("exists for every type, with its meaning and advice, and is linked from GET /problems", async () => {
    const { request } = setUp();
    const index = await (await request("/problems")).text();
    for (const [type, { title, status }] of Object.entries(problemTypes)) {
      const page = await request(`/problems/${type}`);
      const text = await page.text();
      expect([page.status, index.includes(`href="problems/${type}"`)]).toEqual([200, true]);
      for (const part of [type, String(status), title.replaceAll("'", "&#39;"), "What it means", "What to do"])
        expect(text).toContain(part);
      expect(text).not.toMatch(/https?:\/\//);
    }
    expect((await request("/problems/constructor")).status).toBe(404);
  });
});
