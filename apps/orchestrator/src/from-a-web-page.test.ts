import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type Listening, listen } from "service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { OrderStack } from "./testing/stack/order-stack.ts";

const order = { user_id: 1, items: [{ product_id: 1, quantity: 1 }] };
const evil = { host: "evil.example:5123", origin: "http://evil.example:5123" };

let stack: OrderStack;
let server: Listening | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
  await stack.stop();
});

const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  stack.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** The whole reply to bytes that no client of ours would send. */
async function replyTo(bytes: string): Promise<string> {
  server ??= await listen({ fetch: (request) => stack.fetch(request), host: "127.0.0.1", port: 0 });
  const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
  return await text(socket);
}

describe("the orchestrator", () => {
  it("is used by no page under a name of its own, and by no form of another site", async () => {
    stack = await OrderStack.start();
    const refused = [
      await stack.request("/sagas", { headers: evil }),
      await stack.order(order, evil),
      await post("/sagas/cancel", { where: {}, preview: true }, evil),
      await stack.request("/definitions/order/pause", { method: "POST", headers: { origin: "https://evil.example" } }),
      await stack.order(order, { origin: "https://evil.example" }),
    ];
    expect(refused.map(({ status, body }) => [status, body["type"]])).toEqual([
      [421, "host-not-allowed"],
      [421, "host-not-allowed"],
      [421, "host-not-allowed"],
      [403, "cross-site"],
      [403, "cross-site"],
    ]);
    expect((await stack.request("/sagas")).body["items"]).toEqual([]);
    expect((await stack.request("/health/ready", { headers: evil })).body["paused"]).toEqual([]);
  });

  it("serves the hosts and origins that are listed, and puts the proxy's path before its links", async () => {
    const variables = {
      ALLOWED_HOSTS: "*.example.com",
      ALLOWED_ORIGINS: "https://shop.example.com",
      PATH_PREFIX: "/saga-api",
      TRUST_PROXY: "true",
    };
    stack = await OrderStack.start({ variables });
    const shop = { host: "api.example.com", origin: "https://shop.example.com", prefer: "respond-async" };
    const started = await stack.order(order, shop);
    expect([started.status, started.headers.get("location")]).toEqual([
      202,
      `/saga-api/sagas/${String(started.body["saga_id"])}`,
    ]);
    expect(started.headers.get("access-control-allow-origin")).toBe("https://shop.example.com");
    const proxied = await stack.order(order, { ...shop, "x-forwarded-prefix": "/v2" });
    expect(proxied.headers.get("location")).toBe(`/v2/sagas/${String(proxied.body["saga_id"])}`);
  });

  it("serves a request without a Host on its health routes alone", async () => {
    stack = await OrderStack.start();
    expect(await replyTo("GET /health/live HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(await replyTo("GET /sagas HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.[01] 421 /);
    expect(await replyTo("GET /sagas HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await replyTo("GET /sagas HTTP/1.1\r\nhost: orchestrator:5123\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it("refuses a body that is no JSON, or no UTF-8, on every route that takes one, and needs none to pause", async () => {
    stack = await OrderStack.start();
    const id = "00000000-0000-7000-8000-000000000000";
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const paths = [
      "/saga/order",
      ...["cancel", "retry", "resolve"].flatMap((name) => [`/sagas/${name}`, `/sagas/${id}/${name}`]),
      ...["pause", "resume"].map((name) => `/definitions/order/${name}`),
    ];
    for (const path of paths) {
      const form = await stack.request(path, { method: "POST", body: new URLSearchParams({ by: "eve" }) });
      expect([path, form.status, form.body["type"]]).toEqual([path, 415, "unsupported-media-type"]);
      const headers = { "content-type": "application/json" };
      const garbled = await stack.request(path, { method: "POST", headers, body: bytes });
      expect([path, garbled.status, garbled.body["type"]]).toEqual([path, 400, "malformed-json"]);
    }
    expect((await stack.request("/definitions/order/pause", { method: "POST" })).status).toBe(200);
    expect((await stack.request("/definitions/order/resume", { method: "POST" })).status).toBe(200);
  });

  it("cancels by a filter just the sagas of the preview, and reads their ids in either case", async () => {
    stack = await OrderStack.start();
    // Each order waits for the Store Manager.
    await stack.fault(stack.storeManager, { route: "POST /orders", fault: "status", status: 503, retry_after_s: 5 });
    const start = async () => String((await stack.order(order, { prefer: "respond-async" })).body["saga_id"]);
    const shown = await start();
    const isWaiting = async (id: string) =>
      JSON.stringify((await stack.request(`/sagas/${id}`)).body).includes("next_attempt_at");
    await expect.poll(() => isWaiting(shown)).toBe(true);
    const where = { status: "running", definition: "order" };
    const alone = await post("/sagas/cancel", { where });
    const advice = expect.stringContaining('"preview": true first');
    expect([alone.status, alone.body["errors"]]).toMatchObject([422, [{ pointer: "/token", detail: advice }]]);
    const { body: preview } = await post("/sagas/cancel", { where, preview: true });
    expect(preview["items"]).toMatchObject([{ saga_id: shown, accepted: true }]);
    const later = await start();
    await expect.poll(() => isWaiting(later)).toBe(true);
    const { body: done } = await post("/sagas/cancel", { where, token: preview["token"] });
    expect(done["items"]).toMatchObject([{ saga_id: shown, accepted: true }]);
    const statusOf = async (id: string) => (await stack.request(`/sagas/${id.toUpperCase()}`)).body["status"];
    await expect.poll(() => statusOf(shown)).toBe("cancelled");
    expect(await statusOf(later)).toBe("running");
    await post(`/sagas/${later.toUpperCase()}/cancel`, {});
    await expect.poll(() => statusOf(later)).toBe("cancelled");
  });
});
