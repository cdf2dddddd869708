import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemTypes } from "./problem.ts";
import { sagaApp } from "./saga-app.ts";
import { result, SeatSagaController, setUp } from "./testing/seat-app.ts";

describe("the API's documents", () => {
  it("describe the routes from the schemas that validate", async () => {
    const { paths } = await setUp().getJson("/openapi.json");
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(paths))).toEqual([
      "/saga/seat",
      "/sagas",
      "/sagas/{saga_id}",
      "/sagas/{saga_id}/events",
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
    const { app } = setUp();
    const page = await app.request("/docs");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(html).not.toMatch(/https?:\/\//);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part);
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      const response = await app.request(`/${part}`);
      expect([part, response.status]).toEqual([part, 200]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });

  it("name for each response the problems that it can be", async () => {
    const { app } = setUp();
    const text = await (await app.request("/openapi.json")).text();
    // The defect of ours, and what no route answers, are in no route's document.
    const undocumented = new Set(["internal-error", "method-not-allowed"]);
    for (const type of Object.keys(problemTypes))
      expect([type, text.includes(`"${type}"`)]).toEqual([type, !undocumented.has(type)]);
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
