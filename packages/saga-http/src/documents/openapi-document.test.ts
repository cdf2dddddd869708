import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { problemTypes } from "../problems/problem-types.ts";
import { lint } from "../testing/lint.ts";
import { ReplyJudge } from "../testing/reply-judge.ts";
import { bodyOf, setUp } from "../testing/seat-app.ts";

describe("the OpenAPI document", () => {
  it("has every route, made from the schemas that validate", async () => {
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
      "/sagas/{saga_id}/signals/{step}",
      "/signals/{definition}/{step}/{correlation}",
      "/sagas/{saga_id}/signals/{step}/preview",
      "/sagas/{saga_id}/end-wait",
      "/sagas/{saga_id}/acknowledge",
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

  it("names every problem that a response can be", async () => {
    const nobody = async () => ({ problem: "missing", detail: "There is no token." }) as const;
    const { request } = setUp({ web: { authenticate: nobody } });
    const text = await (await request("/openapi.json")).text();
    // Any route may meet a defect or refuse a host, so no route documents it. Only the start of a definition with a correlation may find it taken.
    const undocumented = new Set(["internal-error", "host-not-allowed", "correlation-taken"]);
    // As the name of an example: a reason of a saga may have the same word.
    for (const type of Object.keys(problemTypes))
      expect([type, text.includes(`"${type}":{"value"`)]).toEqual([type, !undocumented.has(type)]);
  });

  it("is made once, with the address at which each client sees it", async () => {
    const { app, getJson } = setUp({ web: { pathPrefix: "/sagas-api" } });
    const make = vi.spyOn(app, "getOpenAPI31Document");
    const direct = await getJson("/openapi.json");
    const mounted = await bodyOf(await new Hono().route("/v1", app).request("/v1/openapi.json"));
    expect(direct["servers"]).toEqual([{ url: "/sagas-api", description: expect.any(String) }]);
    expect(mounted["servers"]).toEqual([{ url: "/sagas-api/v1", description: expect.any(String) }]);
    expect(mounted["paths"]).toEqual(direct["paths"]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("follows @redocly/cli's recommended rules", async () => {
    expect(await lint(await setUp().getJson("/openapi.json"))).toEqual([]);
  });

  it("has an example for every response, which fits its schema", async () => {
    const judge = new ReplyJudge(await setUp().getJson("/openapi.json"));
    expect(judge.faultyExamples()).toEqual([]);
  });
});
