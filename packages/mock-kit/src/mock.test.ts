import type { Listening } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Mock, type MockRoute } from "./mock.ts";
import { answered, applied } from "./reply.ts";

let server: Listening;
let count: number;

const routes: readonly MockRoute[] = [
  {
    document: { method: "post", path: "/things/{thing_id}", request: { body: { content: {} } }, responses: {} },
    answer: ({ params, body }) => {
      if (typeof body === "object" && body && "refuse" in body) return answered(409, { error: "no", count });
      count += 1;
      return applied(201, { count, thing: params["thing_id"] });
    },
  },
  { document: { method: "get", path: "/things", responses: {} }, answer: () => answered(200, { count }) },
];

async function start(keyed: boolean): Promise<void> {
  count = 0;
  const reset = () => {
    count = 0;
  };
  const mock = new Mock({ title: "things", keyed, routes, state: () => ({ count }), reset });
  server = await mock.listen({ host: "127.0.0.1", port: 0 });
}

beforeEach(() => start(true));
afterEach(() => server.close());

// On a kept connection Deno's fetch would send a request again by itself when it is cut (denoland/deno#36415).
const headers = (key?: string) => ({
  "content-type": "application/json",
  connection: "close",
  ...(key !== undefined && { "idempotency-key": key }),
});

function post(path: string, body: unknown, key?: string): Promise<Response> {
  return fetch(`${server.url}${path}`, { method: "POST", headers: headers(key), body: JSON.stringify(body) });
}

async function call(path: string, body: unknown, key?: string): Promise<[number, unknown]> {
  const response = await post(path, body, key);
  return [response.status, await response.json()];
}

async function get(path: string): Promise<unknown> {
  return (await fetch(`${server.url}${path}`)).json();
}

const setFault = (fault: object) => call("/control/faults", { route: "POST /things/{thing_id}", ...fault });
const endFaults = () => fetch(`${server.url}/control/faults`, { method: "DELETE" });

describe("a keyed mock", () => {
  it("gives a repeated key the first answer, without a second effect", async () => {
    expect(await call("/things/7", { a: 1 }, "k")).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", { a: 1 }, '"k"')).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", { a: 1 }, "other")).toEqual([201, { count: 2, thing: "7" }]);
    expect(await call("/things/7", { a: 1 })).toEqual([201, { count: 3, thing: "7" }]);
  });

  it("repeats a refusal too", async () => {
    expect(await call("/things/7", { refuse: true }, "k")).toEqual([409, { error: "no", count: 0 }]);
    await call("/things/7", {}, "other");
    expect(await call("/things/7", { refuse: true }, "k")).toEqual([409, { error: "no", count: 0 }]);
  });

  it("answers in use while the first is under way, and the first answer after it", async () => {
    await setFault({ fault: "delay", delay_ms: 200, times: 1 });
    const first = call("/things/7", {}, "k");
    await expect.poll(() => call("/things/7", {}, "k")).toMatchObject([409, { type: "idempotency-key-in-use", status: 409 }]);
    expect(await first).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("refuses a key for another request", async () => {
    await call("/things/7", { a: 1 }, "k");
    expect(await call("/things/7", { a: 2 }, "k")).toMatchObject([422, { type: "idempotency-key-reused" }]);
    expect(await call("/things/8", { a: 1 }, "k")).toMatchObject([422, { type: "idempotency-key-reused" }]);
    expect(count).toBe(1);
  });
});

describe("an unkeyed mock", () => {
  it("ignores the key, as the existing services do", async () => {
    await server.close();
    await start(false);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 2, thing: "7" }]);
  });
});

describe("a fault", () => {
  it("status answers so, with Retry-After, and has no effect", async () => {
    await setFault({ fault: "status", status: 503, retry_after_s: 2 });
    const response = await post("/things/7", {});
    expect([response.status, response.headers.get("retry-after"), count]).toEqual([503, "2", 0]);
    await response.body?.cancel();
  });

  it("status answers with the text that it is given, over several lines too", async () => {
    const error = "(driver.Error) 1205 (HY000): Lock wait timeout exceeded\n[SQL: UPDATE things]\n[parameters: {}]";
    await setFault({ fault: "status", status: 500, error, times: 1 });
    expect(await call("/things/7", {})).toEqual([500, { error }]);
    expect(count).toBe(0);
  });

  it("status_after answers behind the effect, which is stored under the key", async () => {
    await setFault({ fault: "status_after", status: 400, error: "lost\nit", times: 1 });
    expect(await call("/things/7", {}, "k")).toEqual([400, { error: "lost\nit" }]);
    expect(count).toBe(1);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("drop_before cuts the connection without effect", async () => {
    await setFault({ fault: "drop_before" });
    await expect(post("/things/7", {})).rejects.toThrow();
    expect(count).toBe(0);
  });

  it("drop_after cuts the connection behind the effect, which is stored under the key", async () => {
    await setFault({ fault: "drop_after", times: 1 });
    await expect(post("/things/7", {}, "k")).rejects.toThrow();
    expect(count).toBe(1);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("malformed answers half a JSON behind the effect, which is stored under the key", async () => {
    await setFault({ fault: "malformed", times: 1 });
    const response = await post("/things/7", {}, "k");
    expect(response.status).toBe(201);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("delay works as usual also when the caller has gone", async () => {
    await setFault({ fault: "delay", delay_ms: 500, times: 1 });
    const caller = new AbortController();
    const init = { method: "POST", headers: headers(), body: "{}", signal: caller.signal };
    const gone = expect(fetch(`${server.url}/things/7`, init)).rejects.toThrow();
    // It goes when its request has arrived: the fault is met.
    await expect.poll(() => get("/control/faults")).toEqual({ faults: [] });
    caller.abort();
    await gone;
    await expect.poll(() => get("/control/state")).toEqual({ count: 1 });
  });

  it("meets as many requests as its times say, then the next fault that was set", async () => {
    await setFault({ fault: "status", status: 500, times: 2 });
    await setFault({ fault: "status", status: 503, times: 1 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await call("/things/7", {}))[0]);
    expect(statuses).toEqual([500, 500, 503, 201]);
  });

  it("without times lasts until all faults are ended", async () => {
    await setFault({ fault: "status", status: 500 });
    expect((await call("/things/7", {}))[0]).toBe(500);
    expect((await call("/things/7", {}))[0]).toBe(500);
    await (await endFaults()).body?.cancel();
    expect((await call("/things/7", {}))[0]).toBe(201);
  });

  it("ignores members that it does not use", async () => {
    expect((await setFault({ fault: "drop_before", status: "any", delay_ms: -1 }))[0]).toBe(201);
  });

  it.for<[string, object, string]>([
    ["a route that is none", { route: "POST /nothing", fault: "drop_before" }, "POST /things/{thing_id}"],
    ["a fault that is none", { fault: "explode" }, "fault"],
    ["no status where one is used", { fault: "status" }, "status"],
    ["a delay that is none", { fault: "delay", delay_ms: -1 }, "delay_ms"],
    ["no times at all", { fault: "drop_after", times: 0 }, "times"],
  ])("refuses %s, and names it", async ([, fault, named]) => {
    const [status, body] = await setFault(fault);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(named);
    expect((await call("/things/7", {}))[0]).toBe(201);
  });
});

describe("the controls", () => {
  it("list every effect in order, and no replay or refusal", async () => {
    await call("/things/7", { a: 1 }, "k");
    await call("/things/7", { a: 1 }, "k");
    await call("/things/7", { refuse: true });
    await call("/things/8", { a: 2 });
    expect(await get("/control/ledger")).toEqual({
      items: [
        { seq: 1, route: "POST /things/{thing_id}", key: "k", body: { thing_id: "7", a: 1 }, result: { count: 1, thing: "7" } },
        { seq: 2, route: "POST /things/{thing_id}", key: null, body: { thing_id: "8", a: 2 }, result: { count: 2, thing: "8" } },
      ],
    });
  });

  it("reset everything, keys and faults included, also for a request that is delayed across it", async () => {
    await call("/things/7", {}, "k");
    await setFault({ fault: "delay", delay_ms: 100 });
    const delayed = post("/things/7", {}).then(
      () => "answered",
      () => "cut",
    );
    await setFault({ fault: "status", status: 500 });
    expect(await call("/control/reset", {})).toEqual([200, { reset: true }]);
    expect(await get("/control/ledger")).toEqual({ items: [] });
    expect(await call("/things/9", {}, "k")).toEqual([201, { count: 1, thing: "9" }]);
    expect(await delayed).toBe("cut");
    expect(await get("/control/state")).toEqual({ count: 1 });
  });
});

describe("what never reaches a route", () => {
  it.for<[string, string, string, number]>([
    ["malformed JSON", "application/json", "{", 400],
    ["another content type", "text/plain", "{}", 415],
  ])("%s is answered with a page, without effect", async ([, contentType, body, status]) => {
    const response = await fetch(`${server.url}/things/7`, { method: "POST", headers: { "content-type": contentType }, body });
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain(`<title>${status}`);
    expect(count).toBe(0);
  });

  it("an unknown route is 404", async () => {
    expect((await post("/nothing", {})).status).toBe(404);
  });

  it("another method is 405", async () => {
    const response = await fetch(`${server.url}/things/7`, { method: "PATCH" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    await response.body?.cancel();
  });

  it("the OpenAPI document names the routes as faults do", async () => {
    expect(await get("/openapi.json")).toMatchObject({ openapi: "3.1.0", paths: { "/things/{thing_id}": { post: {} } } });
  });
});
