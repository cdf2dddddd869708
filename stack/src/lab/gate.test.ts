import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";

const PORT = 5200;
const host = `127.0.0.1:${PORT}`;

function setUp() {
  const app = new Hono();
  app.use(gate({ token: "right", port: () => PORT }));
  app.all("*", (context) => context.text("in"));
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    app.request(`http://${host}${path}`, { method, headers: { host, ...headers } });
  const letIn = async () => {
    const reply = await ask("/lab?token=right");
    return { reply, cookie: (reply.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  };
  return { ask, letIn };
}

describe("the gate of the lab", () => {
  it("lets in who has the token, and takes it off the address", async () => {
    const { ask, letIn } = setUp();
    const { reply, cookie } = await letIn();
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/lab"]);
    expect(reply.headers.get("set-cookie")).toMatch(/^saga_lab_5200=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain("right");
    for (const path of ["/lab", "/lab/api/state", "/console", "/sagas"]) expect((await ask(path, { cookie })).status).toBe(200);
  });

  it("lets nobody in without the token or its cookie, to any path", async () => {
    const { ask } = setUp();
    for (const path of ["/lab", "/lab?token=wrong", "/lab?token=", "/lab/api/state", "/console", "/sagas?token=right"])
      expect([path, (await ask(path)).status]).toEqual([path, 401]);
    expect((await ask("/lab", { cookie: `saga_lab_${PORT}=${"0".repeat(64)}` })).status).toBe(401);
    expect((await ask("/lab", { cookie: "saga_lab_5200=right" })).status).toBe(401);
  });

  it("refuses another name of this machine, and what a page of another origin sends", async () => {
    const { ask, letIn } = setUp();
    const { cookie } = await letIn();
    for (const name of ["evil.example:5200", "127.0.0.1:5201", "127.0.0.1", "evil.example"])
      expect([name, (await ask("/lab", { cookie, host: name })).status]).toEqual([name, 421]);
    expect((await ask("/lab?token=right", { host: "evil.example:5200" })).status).toBe(421);
    const post = async (headers: Readonly<Record<string, string>>) =>
      (await ask("/lab/api/clear", { cookie, ...headers }, "POST")).status;
    expect(await post({ origin: "https://evil.example" })).toBe(403);
    expect(await post({ origin: "http://127.0.0.1:5201" })).toBe(403);
    expect(await post({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await post({ origin: `http://${host}`, "sec-fetch-site": "same-origin" })).toBe(200);
  });

  it("is served as localhost too", async () => {
    const { ask, letIn } = setUp();
    const { cookie } = await letIn();
    expect((await ask("/lab", { cookie, host: `localhost:${PORT}` })).status).toBe(200);
  });
});
