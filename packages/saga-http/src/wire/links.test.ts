import { Hono } from "hono";
import { unavailable } from "saga-core";
import { describe, expect, it } from "vitest";
import { bodyOf, settle, setUp } from "../testing/seat-app.ts";

const json = { "content-type": "application/json", prefer: "respond-async" };

describe("the links of a reply", () => {
  it.for<[string, object, Readonly<Record<string, string>>, string]>([
    ["begin at the root", {}, {}, ""],
    ["begin with PATH_PREFIX", { pathPrefix: "/shop/sagas" }, {}, "/shop/sagas"],
    ["ignore X-Forwarded-Prefix from anybody", { pathPrefix: "/shop" }, { "x-forwarded-prefix": "/evil" }, "/shop"],
    ["follow a trusted proxy", { pathPrefix: "/shop", trustProxy: true }, { "x-forwarded-prefix": "/v2/" }, "/v2"],
    ["follow PATH_PREFIX where the proxy names none", { pathPrefix: "/shop", trustProxy: true }, {}, "/shop"],
    ["never lead to another host", { trustProxy: true }, { "x-forwarded-prefix": "//evil.example" }, ""],
  ])("%s", async ([, web, headers, prefix]) => {
    const { app, answers } = setUp({ web, attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    for (const [host, base] of [
      [app, prefix],
      [new Hono().route("/api", app), `${prefix}/api`],
    ] as const) {
      const path = host === app ? "" : "/api";
      const started = await host.request(`${path}/saga/seat`, {
        method: "POST",
        headers: { ...json, ...headers },
        body: '{"seat":3}',
      });
      const id = String((await bodyOf(started.clone()))["saga_id"]);
      expect(started.headers.get("location")).toBe(`${base}/sagas/${id}`);
      const retried = await host.request(`${path}/sagas/${id.toUpperCase()}/retry`, { method: "POST", headers });
      expect([retried.status, retried.headers.get("location")]).toEqual([202, `${base}/sagas/${id}`]);
      const document = await bodyOf(await host.request(`${path}/openapi.json`, { headers }));
      expect(document["servers"]).toMatchObject([{ url: base || "/" }]);
    }
  });

  it("name HTTPS in a command where a trusted proxy speaks it", async () => {
    const { answers, post, start } = setUp({ web: { trustProxy: true, pathPrefix: "/shop" }, attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    const headers = { "x-forwarded-proto": "https" };
    const { next_command } = await bodyOf(await post("/sagas/cancel", { saga_ids: [saga_id], preview: true }, headers));
    expect(next_command).toContain("curl 'https://localhost/shop/sagas/cancel' ");
  });
});
