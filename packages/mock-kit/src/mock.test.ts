import { once } from "node:events";
import { IncomingMessage, request } from "node:http";
import type { Listening } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Mock } from "./mock.ts";
import type { MockRoute } from "./mock-route.ts";
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
  {
    document: { method: "post", path: "/bells", request: { body: { content: {} } }, responses: {} },
    answer: () => applied(200, {}, { url: `${server.url}/things/8`, key: "bell", body: {} }),
    signals: true,
  },
  { document: { method: "get", path: "/things", responses: {} }, answer: () => answered(200, { count }) },
];

async function start(keyed: boolean, allowedHosts: readonly string[] = [], requiredToken?: string): Promise<void> {
  count = 0;
  const reset = () => {
    count = 0;
  };
  const mock = new Mock({ title: "things", keyed, routes, requiredToken, state: () => ({ count }), reset });
  server = await mock.listen({ host: "127.0.0.1", port: 0, allowedHosts });
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
const deleteFaults = () => fetch(`${server.url}/control/faults`, { method: "DELETE" });

/** Sends one, and gives what became of it and of those before. */
async function ring(): Promise<readonly unknown[]> {
  await call("/bells", {});
  return await signalled();
}

async function signalled(): Promise<readonly unknown[]> {
  return z.object({ items: z.array(z.unknown()) }).parse(await get("/control/signals")).items;
}

describe("a mock that signals", () => {
  const setSignalFault = (fault: object) => call("/control/faults", { route: "POST /bells", ...fault });

  it("sends its signal as a fault says, and lists it until a reset", async () => {
    await setSignalFault({ fault: "signal_never", times: 1 });
    expect(await ring()).toMatchObject([{ key: "bell", state: "not sent" }]);
    expect(await ring()).toHaveLength(2);
    await expect.poll(signalled).toMatchObject([{ state: "not sent" }, { state: "accepted", status: 201 }]);
    await post("/control/reset", {});
    expect(await signalled()).toEqual([]);
  });

  it("takes no fault of signals at another route, and a mock without signals takes none and lists none", async () => {
    const statusOfFault = async () => (await setFault({ fault: "signal_never" }))[0];
    expect(await statusOfFault()).toBe(422);
    await server.close();
    const silent = routes.filter((route) => route.signals !== true);
    const mock = new Mock({ title: "things", keyed: true, routes: silent, state: () => ({}), reset: () => undefined });
    server = await mock.listen({ host: "127.0.0.1", port: 0 });
    expect(await statusOfFault()).toBe(422);
    expect((await fetch(`${server.url}/control/signals`)).status).toBe(404);
    expect(JSON.stringify(await get("/openapi.json"))).not.toContain("signal_never");
  });
});

describe("a keyed mock", () => {
  it("gives a repeated key the first reply, without a second effect", async () => {
    expect(await call("/things/7", { a: 1 }, "k")).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", { a: 1 }, '"k"')).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", { a: 1 }, "other")).toEqual([201, { count: 2, thing: "7" }]);
    expect(await call("/things/7", { a: 1 })).toEqual([201, { count: 3, thing: "7" }]);
  });

  it("gives a repeated key the same refusal", async () => {
    expect(await call("/things/7", { refuse: true }, "k")).toEqual([409, { error: "no", count: 0 }]);
    await call("/things/7", {}, "other");
    expect(await call("/things/7", { refuse: true }, "k")).toEqual([409, { error: "no", count: 0 }]);
  });

  it("refuses a repeated key as in use while its first request is under way", async () => {
    await setFault({ fault: "delay", delay_ms: 200, times: 1 });
    const first = call("/things/7", {}, "k");
    await expect.poll(() => call("/things/7", {}, "k")).toMatchObject([409, { type: "idempotency-key-in-use", status: 409 }]);
    expect(await first).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("refuses a key that another request has", async () => {
    await call("/things/7", { a: 1 }, "k");
    expect(await call("/things/7", { a: 2 }, "k")).toMatchObject([422, { type: "idempotency-key-reused" }]);
    expect(await call("/things/8", { a: 1 }, "k")).toMatchObject([422, { type: "idempotency-key-reused" }]);
    expect(count).toBe(1);
  });
});

describe("a mock that asks for a token", () => {
  it("answers 401 without it, without effect, and serves its controls all the same", async () => {
    await server.close();
    await start(true, [], "t0ken");
    const as = async (authorization: string) =>
      (await fetch(`${server.url}/things/7`, { method: "POST", headers: { ...headers("k"), authorization }, body: "{}" })).status;
    expect(await call("/things/7", {}, "k")).toMatchObject([401, { error: "The call does not show the token that is asked." }]);
    expect([await as("Bearer other"), await as("Basic t0ken"), await as("Bearer t0ken")]).toEqual([401, 401, 201]);
    expect(await get("/control/state")).toEqual({ count: 1 });
  });
});

describe("an unkeyed mock", () => {
  it("applies a repeated key again, as the existing services do", async () => {
    await server.close();
    await start(false);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 2, thing: "7" }]);
  });
});

describe("a fault", () => {
  it("named status replies with that status and Retry-After, without effect", async () => {
    await setFault({ fault: "status", status: 503, retry_after_s: 2 });
    const response = await post("/things/7", {});
    expect([response.status, response.headers.get("retry-after"), count]).toEqual([503, "2", 0]);
    await response.body?.cancel();
  });

  it("named status answers with its error text, which may have several lines", async () => {
    const error = "(driver.Error) 1205 (HY000): Lock wait timeout exceeded\n[SQL: UPDATE things]\n[parameters: {}]";
    await setFault({ fault: "status", status: 500, error, times: 1 });
    expect(await call("/things/7", {})).toEqual([500, { error }]);
    expect(count).toBe(0);
  });

  it("named status_after answers after the effect, which is stored under the key", async () => {
    await setFault({ fault: "status_after", status: 400, error: "lost\nit", times: 1 });
    expect(await call("/things/7", {}, "k")).toEqual([400, { error: "lost\nit" }]);
    expect(count).toBe(1);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("named drop_before cuts the connection, without effect", async () => {
    await setFault({ fault: "drop_before" });
    await expect(post("/things/7", {})).rejects.toThrow();
    expect(count).toBe(0);
  });

  it("named drop_after cuts the connection after the effect, and the key keeps its reply", async () => {
    await setFault({ fault: "drop_after", times: 1 });
    await expect(post("/things/7", {}, "k")).rejects.toThrow();
    expect(count).toBe(1);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("named malformed sends half a JSON after the effect, and the key keeps its reply", async () => {
    await setFault({ fault: "malformed", times: 1 });
    const response = await post("/things/7", {}, "k");
    expect(response.status).toBe(201);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("named delay has its effect also when the caller has left", async () => {
    await setFault({ fault: "delay", delay_ms: 500, times: 1 });
    const caller = new AbortController();
    const init = { method: "POST", headers: headers(), body: "{}", signal: caller.signal };
    const gone = expect(fetch(`${server.url}/things/7`, init)).rejects.toThrow();
    // The caller leaves once its request has arrived: the fault is used up.
    await expect.poll(() => get("/control/faults")).toEqual({ faults: [] });
    caller.abort();
    await gone;
    await expect.poll(() => get("/control/state")).toEqual({ count: 1 });
  });

  it("applies as often as its times say, and then the next fault of the route applies", async () => {
    await setFault({ fault: "status", status: 500, times: 2 });
    await setFault({ fault: "status", status: 503, times: 1 });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await call("/things/7", {}))[0]);
    expect(statuses).toEqual([500, 500, 503, 201]);
  });

  it("may let a request have its effect long before its answer", async () => {
    await setFault({ fault: "delay_after", delay_ms: 200, times: 1 });
    const first = call("/things/7", {}, "k");
    await expect.poll(() => count).toBe(1);
    // The first answer is given already, only not sent yet.
    expect(await call("/things/7", {}, "k")).toEqual([201, { count: 1, thing: "7" }]);
    expect(await first).toEqual([201, { count: 1, thing: "7" }]);
  });

  it("named delay_after is cut by a reset before its answer", async () => {
    await setFault({ fault: "delay_after", delay_ms: 100, times: 1 });
    const cut = expect(post("/things/7", {})).rejects.toThrow();
    await expect.poll(() => count).toBe(1);
    await post("/control/reset", {});
    await cut;
  });

  it("without times applies until all faults are deleted", async () => {
    await setFault({ fault: "status", status: 500 });
    expect((await call("/things/7", {}))[0]).toBe(500);
    expect((await call("/things/7", {}))[0]).toBe(500);
    await (await deleteFaults()).body?.cancel();
    expect((await call("/things/7", {}))[0]).toBe(201);
  });

  it("may have members that it does not use", async () => {
    expect((await setFault({ fault: "drop_before", status: "any", delay_ms: -1 }))[0]).toBe(201);
  });

  it.for<[string, object, string]>([
    ["an unknown route", { route: "POST /nothing", fault: "drop_before" }, "POST /things/{thing_id}"],
    ["an unknown fault", { fault: "explode" }, "fault"],
    ["a status fault without a status", { fault: "status" }, "status"],
    ["a negative delay", { fault: "delay", delay_ms: -1 }, "delay_ms"],
    ["zero times", { fault: "drop_after", times: 0 }, "times"],
  ])("is refused with %s, which the reply names", async ([, fault, named]) => {
    const [status, body] = await setFault(fault);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(named);
    expect((await call("/things/7", {}))[0]).toBe(201);
  });
});

describe("the controls of a mock", () => {
  it("list every effect in order, without repetitions and refusals", async () => {
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

  it("reset state, keys and faults, and a request that was delayed across the reset has no effect", async () => {
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

/** Sends a request that `fetch` would not send: with another `Host`. Gives the status of the reply. */
async function statusOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): Promise<number | undefined> {
  const sent = request(`${server.url}${path}`, { method, headers: { connection: "close", ...headers } });
  const [reply] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(sent.end(body), "response"));
  reply.resume();
  return reply.statusCode;
}

describe("a foreign web page", () => {
  it.for<[string, Readonly<Record<string, string>>, string, number]>([
    ["a form without a body", { origin: "https://evil.example" }, "", 403],
    ["a request that the browser marks", { "sec-fetch-site": "cross-site" }, "", 403],
    ["a name of its own that points here", { host: "evil.example" }, "", 421],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "a=1", 415],
    ["a form of text", { "content-type": "text/plain" }, "{}", 415],
  ])("cannot reset a mock by %s", async ([, headers, body, status]) => {
    await call("/things/7", {});
    expect(await statusOf("POST", "/control/reset", headers, body)).toBe(status);
    expect(await get("/things")).toEqual({ count: 1 });
  });

  it("cannot read the state of a mock under a name of its own, unless that is listed", async () => {
    expect(await statusOf("GET", "/control/state", { host: "mock.example:5000" })).toBe(421);
    await server.close();
    await start(true, ["mock.example"]);
    expect(await statusOf("GET", "/control/state", { host: "mock.example:5000" })).toBe(200);
  });

  it("is no program, which resets a mock without a body", async () => {
    expect(await statusOf("POST", "/control/reset", {})).toBe(200);
    expect(await statusOf("POST", "/control/reset", { host: "mock-payments:5009" })).toBe(200);
  });
});

describe("a mock", () => {
  it.for<[string, string, string, number]>([
    ["malformed JSON", "application/json", "{", 400],
    ["another content type", "text/plain", "{}", 415],
  ])("refuses %s with an HTML page, without effect", async ([, contentType, body, status]) => {
    const response = await fetch(`${server.url}/things/7`, { method: "POST", headers: { "content-type": contentType }, body });
    expect([response.status, response.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain(`<title>${status}`);
    expect(count).toBe(0);
  });

  it("replies 404 to an unknown route", async () => {
    expect((await post("/nothing", {})).status).toBe(404);
  });

  it("replies 405 to an unknown method, and lists those that it has", async () => {
    const response = await fetch(`${server.url}/things/7`, { method: "PATCH" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    await response.body?.cancel();
  });

  it("names its routes in the OpenAPI document as faults do", async () => {
    expect(await get("/openapi.json")).toMatchObject({ openapi: "3.1.0", paths: { "/things/{thing_id}": { post: {} } } });
  });
});
