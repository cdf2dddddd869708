import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { setUp, statusAndType } from "../testing/seat-app.ts";
import { waitingSaga } from "../testing/seat-scenarios.ts";

const allowedHosts = ["api.example.com"];
const shop = "https://shop.example.com";

describe("a host that is not served", () => {
  it("is answered 421 on every route, with its name and the variable, and nothing is done", async () => {
    const { app, engine, request } = setUp({ web: { allowedHosts } });
    const evil = { host: "evil.example:5123", origin: "http://evil.example:5123", "content-type": "application/json" };
    for (const [method, path, body] of [
      ["GET", "/sagas", undefined],
      ["GET", "/openapi.json", undefined],
      ["GET", "/docs", undefined],
      ["GET", "/nothing", undefined],
      ["POST", "/saga/seat", '{"seat":3}'],
      ["POST", "/definitions/seat/pause", undefined],
    ] as const) {
      const response = await request(path, { method, headers: evil, ...(body !== undefined && { body }) });
      const reply: unknown = await response.json();
      expect([path, response.status]).toEqual([path, 421]);
      expect(reply).toMatchObject({
        type: "host-not-allowed",
        detail: expect.stringMatching(/"evil\.example:5123".*ALLOWED_HOSTS/),
      });
    }
    expect(await engine.pauses()).toEqual([]);
    // Without a Host header, the URL of the request counts.
    expect((await app.request("http://evil.example/sagas")).status).toBe(421);
    expect((await app.request("http://api.example.com/sagas")).status).toBe(200);
  });

  it("is answered on the health routes, also where a host mounts the app, and nowhere else below them", async () => {
    const { app } = setUp({ web: { allowedHosts } });
    const mounted = new Hono().route("/v1", app);
    const headers = { host: "evil.example" };
    for (const path of ["/health-check", "/health/live", "/health/ready"]) {
      expect((await app.request(path, { headers })).status).toBe(200);
      expect((await mounted.request(`/v1${path}`, { headers })).status).toBe(200);
    }
    expect((await app.request("/definitions/health/live", { headers })).status).toBe(421);
  });

  it("is none where the app gets no list", async () => {
    expect((await setUp().request("/sagas", { headers: { host: "anything.example" } })).status).toBe(200);
  });
});

describe("a page of another site", () => {
  it.for<[string, Readonly<Record<string, string>>]>([
    ["a form without a body", { origin: "https://evil.example" }],
    ["a page without an origin", { origin: "null" }],
    ["a request without Origin that the browser marks", { "sec-fetch-site": "cross-site" }],
  ])("pauses, starts and cancels nothing: %s", async ([, headers]) => {
    const { request, path, engine, getJson } = await waitingSaga();
    for (const target of ["/definitions/seat/pause", `${path}/cancel`, "/saga/seat"]) {
      const response = await request(target, { method: "POST", headers: { host: "127.0.0.1:5123", ...headers } });
      expect(await statusAndType(response)).toEqual([403, "cross-site"]);
    }
    expect(await engine.pauses()).toEqual([]);
    expect((await getJson("/sagas"))["items"]).toMatchObject([{ status: "running" }]);
  });

  it("may change something if its origin is listed, or is the host itself, as may a program without an origin", async () => {
    const { request } = setUp({ web: { allowedOrigins: [shop] } });
    for (const headers of [{ origin: shop }, { host: "127.0.0.1:5123", origin: "http://127.0.0.1:5123" }, {}])
      expect((await request("/definitions/seat/pause", { method: "POST", headers })).status).toBe(200);
  });

  it("gets the headers of CORS if its origin is listed: on a preflight, on data, on a problem and on a 304", async () => {
    const { request, start } = setUp({ web: { allowedOrigins: [shop] } });
    const asking = { origin: shop, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    const preflight = await request("/saga/seat", { method: "OPTIONS", headers: asking });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/Content-Type.*Idempotency-Key.*Prefer/);
    const started = await start({ origin: shop, prefer: "respond-async" });
    const location = started.headers.get("location") ?? "";
    const seen = await request(location, { headers: { origin: shop } });
    const again = { origin: shop, "if-none-match": seen.headers.get("etag") ?? "" };
    const replies = [
      preflight,
      started,
      seen,
      await request(location, { headers: again }),
      await request("/sagas/7", { headers: { origin: shop } }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([204, 202, 200, 304, 404]);
    for (const { headers, status } of replies) {
      expect([status, headers.get("access-control-allow-origin")]).toEqual([status, shop]);
      expect([status, headers.get("vary")]).toEqual([status, expect.stringContaining("Origin")]);
      expect([status, headers.get("access-control-expose-headers")]).toEqual([status, "Location,ETag,Retry-After"]);
    }
  });

  it("gets none of them otherwise, but a cache learns that the reply depends on the origin", async () => {
    const { request } = setUp({ web: { allowedOrigins: [shop] } });
    const asking = { origin: "https://evil.example", "access-control-request-method": "POST" };
    for (const init of [{ method: "OPTIONS", headers: asking }, { headers: { origin: "https://evil.example" } }, {}]) {
      const { headers } = await request("/sagas", init);
      expect([headers.get("access-control-allow-origin"), headers.get("vary")]).toEqual([
        null,
        expect.stringContaining("Origin"),
      ]);
    }
    const plain = await setUp().request("/sagas", { method: "OPTIONS", headers: { ...asking, origin: shop } });
    expect([plain.status, plain.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  });
});

describe("every reply", () => {
  it("says that it is what its type says, that no page may frame it, and that a cache must ask again", async () => {
    const { request } = setUp({ web: { swaggerUi: async () => new Uint8Array() } });
    for (const [path, caching] of [
      ["/sagas", "no-cache"],
      ["/sagas/7", "no-cache"],
      ["/nothing", "no-cache"],
      ["/problems", "no-cache"],
      ["/docs/swagger-ui.css", "public, max-age=86400"],
    ] as const) {
      const { headers } = await request(path);
      expect([path, headers.get("x-content-type-options"), headers.get("x-frame-options")]).toEqual([path, "nosniff", "DENY"]);
      expect([path, headers.get("cache-control")]).toEqual([path, caching]);
      expect(headers.get("strict-transport-security")).toBeNull();
    }
    for (const path of ["/docs", "/problems"])
      expect((await request(path)).headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });
});

describe("a URL that is no UTF-8", () => {
  it.for(["/sagas?text=%FF", "/sagas/%C3%28", "/saga/seat?x=%80", "/nothing/%E2%82", "/health/live?%FF"])(
    "is answered 400: %s",
    async (path) => {
      const response = await setUp().request(path, { method: path.startsWith("/saga/") ? "POST" : "GET" });
      expect(await statusAndType(response)).toEqual([400, "malformed-url"]);
    },
  );

  it("is not one with a text in UTF-8, nor one with a lone percent sign", async () => {
    for (const text of ["%C3%A9t%C3%A9", "100%", "%E2%82%AC"])
      expect((await setUp().request(`/sagas?text=${text}`)).status).toBe(200);
  });
});
