import { type Listening, listen } from "service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labApp } from "./lab-app.ts";

let orchestrator: Listening;
let passed: { readonly path: string; readonly headers: Headers }[];
let done: unknown[];
let isFull: boolean;
let send: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>;

const HOST = "127.0.0.1:5200";

beforeEach(async () => {
  passed = [];
  done = [];
  isFull = false;
  const fetch = async ({ url, headers }: Request) => {
    passed.push({ path: new URL(url).pathname, headers });
    return new Response("of the orchestrator", { status: 404 });
  };
  orchestrator = await listen({ fetch, host: "127.0.0.1", port: 0 });
  const laboratory = {
    get isFull() {
      return isFull;
    },
    state: async () => Promise.reject(new Error("a mock did not start")),
    place: async (count: number) => {
      done.push(count);
      return [];
    },
    setFault: async (fault: object) => void done.push(fault),
    act: async (request: object) => void done.push(request),
    clear: async () => void done.push("clear"),
  };
  const app = labApp({ laboratory, orchestratorUrl: () => orchestrator.url, token: "right", port: () => 5200 });
  const letIn = await app.request(`http://${HOST}/lab?token=right`, { headers: { host: HOST } });
  const cookie = (letIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  send = async (method, path, body, headers = {}) =>
    await app.request(`http://${HOST}${path}`, {
      method,
      headers: { host: HOST, cookie, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
});

afterEach(() => orchestrator.close());

describe("the server of the lab", () => {
  it("does what a valid request says", async () => {
    const kill = { process: "payments", action: "kill" };
    expect((await send("POST", "/lab/api/processes", kill)).status).toBe(204);
    expect((await send("PUT", "/lab/api/fault", { kind: "slow", share: 30 })).status).toBe(204);
    expect(await (await send("POST", "/lab/api/orders", { count: 3 })).json()).toEqual({ orders: [] });
    expect((await send("POST", "/lab/api/clear")).status).toBe(204);
    expect(done).toEqual([kill, { kind: "slow", share: 30 }, 3, "clear"]);
  });

  it("does nothing by a request that is not valid, of another site, another name, or without the cookie", async () => {
    const kill = { process: "payments", action: "kill" };
    const answers = [
      await send("POST", "/lab/api/processes", { ...kill, process: "init" }),
      await send("POST", "/lab/api/orders", { count: 101 }),
      await send("PUT", "/lab/api/fault", { kind: "slow", share: 0 }),
      await send("POST", "/lab/api/nothing"),
      await send("POST", "/lab/api/processes", kill, { origin: "https://evil.example" }),
      await send("POST", "/lab/api/processes", kill, { host: "evil.example:5200" }),
      await send("POST", "/lab/api/processes", kill, { cookie: "" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 404, 403, 421, 401]);
    isFull = true;
    expect((await send("POST", "/lab/api/orders", { count: 1 })).status).toBe(409);
    expect([done, passed]).toEqual([[], []]);
  });

  it("says what failed", async () => {
    const reply = await send("GET", "/lab/api/state");
    expect([reply.status, await reply.json()]).toEqual([502, expect.objectContaining({ detail: "a mock did not start" })]);
  });

  it("passes every other path on, without its own cookie and without where it comes from", async () => {
    const reply = await send("GET", "/sagas/one", undefined, { "sec-fetch-site": "same-origin", "x-kept": "yes" });
    expect([reply.status, await reply.text()]).toEqual([404, "of the orchestrator"]);
    const headers = passed[0]?.headers;
    expect([headers?.get("cookie"), headers?.get("sec-fetch-site"), headers?.get("x-kept")]).toEqual([null, null, "yes"]);
  });
});
