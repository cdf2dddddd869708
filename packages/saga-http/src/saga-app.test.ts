import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { operationProblems, startProblems } from "./problems/problem-of-error.ts";
import { problemTypes } from "./problems/problem-types.ts";
import { sagaApp } from "./saga-app.ts";
import { lint } from "./testing/lint.ts";
import { ReplyJudge } from "./testing/reply-judge.ts";
import { result, SeatSagaController, setUp } from "./testing/seat-app.ts";

describe("the API's documents", () => {
  it("describe the routes from the schemas that validate", async () => {
    const { paths } = await setUp().getJson("/openapi.json");
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(paths))).toEqual([
      "/saga/seat",
      "/sagas",
      "/sagas/{saga_id}",
      "/sagas/{saga_id}/choices",
      "/sagas/{saga_id}/events",
      "/sagas/{saga_id}/cancel",
      "/sagas/{saga_id}/retry",
      "/sagas/{saga_id}/resolve",
      "/sagas/cancel",
      "/sagas/retry",
      "/sagas/resolve",
      "/definitions",
      "/definitions/{definition}",
      "/definitions/{definition}/diagram",
      "/definitions/{definition}/pause",
      "/definitions/{definition}/resume",
      "/health-check",
      "/health/live",
      "/health/ready",
    ]);
    expect(paths).toMatchObject({
      "/saga/seat": {
        post: {
          requestBody: { content: { "application/json": { schema: { properties: { seat: { type: "integer", minimum: 1 } } } } } },
        },
      },
    });
  });

  it("are shown by a page that loads nothing from an outside address", async () => {
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

  it("name for each response the problems that it can be", async () => {
    const { request } = setUp();
    const text = await (await request("/openapi.json")).text();
    // The defect of ours is in no route's document.
    const undocumented = new Set(["internal-error"]);
    for (const type of Object.keys(problemTypes))
      expect([type, text.includes(`"${type}"`)]).toEqual([type, !undocumented.has(type)]);
  });

  it("are as @redocly/cli's recommended rules want them", async () => {
    expect(await lint(await setUp().getJson("/openapi.json"))).toEqual([]);
  });

  it("have an example for every response, which is one", async () => {
    const judge = new ReplyJudge(await setUp().getJson("/openapi.json"));
    expect(judge.faultyExamples()).toEqual([]);
  });

  it("show the schema that validates, and no other", () => {
    const { engine, clock } = setUp();
    const controller = new SeatSagaController({});
    const resources = [{ controller, input: z.object({}), result }];
    const make = () =>
      sagaApp({
        info: { title: "", version: "" },
        engine,
        index: new MemoryJournal(),
        clock,
        resources,
        syncWaitMsMax: 1,
        onError: () => undefined,
      });
    expect(make).toThrow(/must show the input schema of its controller/);
  });
});

describe("the pages of problems", () => {
  it("are there for every type, and say what it means and what to do", async () => {
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

  it("cover every error that a start or an operation is refused with", () => {
    const used = [...Object.values(startProblems), ...Object.values(operationProblems)];
    for (const type of used) expect(Object.keys(problemTypes)).toContain(type);
  });
});
