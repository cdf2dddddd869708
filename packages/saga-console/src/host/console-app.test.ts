import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { Authenticate } from "saga-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consoleApp } from "./console-app.ts";
import { Sessions } from "./sessions.ts";

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "console-"));
  await mkdir(join(directory, "assets"));
  await writeFile(join(directory, "index.html"), '<meta name="saga-root" content="ROOT"><script src="./assets/a-1.js"></script>');
  for (const name of ["a-1.js", "a-1.js.gz", "a-1.js.br", "notes.txt"]) await writeFile(join(directory, "assets", name), name);
});

afterAll(() => rm(directory, { recursive: true }));

const authenticate: Authenticate = async (headers) => {
  const subject = headers.get("authorization")?.replace("Bearer ", "");
  if (subject === undefined) return { problem: "missing", detail: "There is no token." };
  if (subject !== "ada" && subject !== "bob") return { problem: "invalid", detail: "The token is not known." };
  return { subject, roles: new Set([subject === "ada" ? "operate" : "read"]) };
};

const own = { "x-saga-console": "1" };

function setUp({ isReadOnly = false, ...options }: Parameters<typeof consoleApp>[0] = {}) {
  let now = 0;
  const sessions = new Sessions({ authenticate, isReadOnly, now: () => now });
  const app = new Hono().route("/console", consoleApp({ sessions, isReadOnly, directory, ...options }));
  const signIn = (token: string, headers: Readonly<Record<string, string>> = own) =>
    app.request("/console/session", { method: "POST", headers, body: JSON.stringify({ token }) });
  const wait = (ms: number) => {
    now += ms;
  };
  return { app, sessions, signIn, wait };
}

const cookieOf = (reply: Response) => reply.headers.get("set-cookie") ?? "";
const asSession = (cookie: string) => new Headers({ ...own, cookie: cookie.split(";")[0] ?? "" });

describe("the page", () => {
  it("is answered at every path of a view, runs nothing inline, reaches no other host and is framed by none", async () => {
    const { app } = setUp();
    for (const path of ["/console", "/console/sagas", "/console/sagas/some-id"]) {
      const reply = await app.request(path);
      expect([path, reply.status, reply.headers.get("cache-control")]).toEqual([path, 200, "no-cache"]);
      expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(reply.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(reply.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await reply.text()).toBe('<meta name="saga-root" content=""><script src="/console/assets/a-1.js"></script>');
    }
  });

  it("finds its files and the API below the path of a proxy, and no malformed one", async () => {
    const page = async (options: Parameters<typeof consoleApp>[0], headers: Readonly<Record<string, string>> = {}) =>
      await (await setUp(options).app.request("/console", { headers })).text();
    expect(await page({ pathPrefix: "/api" })).toContain('content="/api"><script src="/api/console/assets/a-1.js"');
    expect(await page({ trustProxy: true }, { "x-forwarded-prefix": "/outside/" })).toContain('"/outside/console/assets/a-1.js"');
    for (const forged of ['//evil.example"', '/x"><script>', "evil"])
      expect(await page({ trustProxy: true }, { "x-forwarded-prefix": forged })).toContain(
        'content=""><script src="/console/assets/a-1.js"',
      );
    expect(await page({}, { "x-forwarded-prefix": "/outside" })).toContain('content=""');
  });

  it("names the command that builds it where it is not built, to people and to programs", async () => {
    const { app } = setUp({ directory: join(directory, "nothing") });
    const forPeople = await app.request("/console", { headers: { accept: "text/html" } });
    expect([forPeople.status, forPeople.headers.get("content-type")]).toEqual([503, "text/html; charset=UTF-8"]);
    expect(await forPeople.text()).toContain("--filter saga-console run build");
    const forPrograms = await app.request("/console");
    expect(forPrograms.headers.get("content-type")).toBe("application/problem+json");
    expect(await forPrograms.text()).toContain("--filter saga-console run build");
  });
});

describe("a file of the page", () => {
  it("is sent compressed to who takes that, and may be kept for good", async () => {
    const { app } = setUp();
    const sent = async (encoding: string) => {
      const reply = await app.request("/console/assets/a-1.js", { headers: { "accept-encoding": encoding } });
      expect(reply.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      return [reply.headers.get("content-encoding"), await reply.text()];
    };
    expect(await sent("gzip, br")).toEqual(["br", "a-1.js.br"]);
    expect(await sent("gzip")).toEqual(["gzip", "a-1.js.gz"]);
    expect(await sent("identity")).toEqual([null, "a-1.js"]);
  });

  it("is one of the build and no other of the disk", async () => {
    const { app } = setUp();
    for (const name of ["..%2Findex.html", "%2e%2e%2findex.html", "notes.txt", "a-1.js.gz", "other.js"])
      expect([name, (await app.request(`/console/assets/${name}`)).status]).toEqual([name, 404]);
  });
});

describe("a session", () => {
  it("begins with a token that counts, in a cookie that no script reads and no other site sends", async () => {
    const { signIn } = setUp();
    const reply = await signIn("ada");
    expect(await reply.json()).toMatchObject({ signed_in: true, subject: "ada", may_read: true, may_operate: true });
    expect(cookieOf(reply)).toMatch(/^saga_console=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookieOf(reply)).not.toContain("ada");
  });

  it("has a cookie for TLS alone where the page came by TLS", async () => {
    const secure = await setUp({ trustProxy: true }).signIn("ada", { ...own, "x-forwarded-proto": "https" });
    expect(cookieOf(secure)).toContain("Secure");
    expect(cookieOf(await setUp().signIn("ada", { ...own, "x-forwarded-proto": "https" }))).not.toContain("Secure");
  });

  it("is not begun by a wrong token, by what is no token, or by a request that is not the console's", async () => {
    const { app, signIn } = setUp();
    expect([(await signIn("eve")).status, cookieOf(await signIn("eve"))]).toEqual([401, ""]);
    expect((await signIn("ada", {})).status).toBe(403);
    for (const body of [
      "",
      "[]",
      '{"token":""}',
      '{"token":1}',
      '{"token":"ada","more":1}',
      JSON.stringify({ token: "a".repeat(9_000) }),
    ])
      expect((await app.request("/console/session", { method: "POST", headers: own, body })).status).toBe(422);
  });

  it("counts beside the header of the console alone, and a bearer token goes before it", async () => {
    const { sessions, signIn } = setUp();
    const headers = asSession(cookieOf(await signIn("ada")));
    expect(await sessions.authenticate(headers)).toMatchObject({ subject: "ada" });
    headers.set("authorization", "Bearer bob");
    expect(await sessions.authenticate(headers)).toMatchObject({ subject: "bob" });
    headers.delete("authorization");
    headers.delete("x-saga-console");
    expect(await sessions.authenticate(headers)).toMatchObject({ problem: "missing" });
  });

  it("ends when its person leaves, and after twelve hours without a request", async () => {
    const { app, sessions, signIn, wait } = setUp();
    const [first, second] = [asSession(cookieOf(await signIn("ada"))), asSession(cookieOf(await signIn("ada")))];
    const left = await app.request("/console/session", { method: "DELETE", headers: first });
    expect([left.status, cookieOf(left)]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect(await sessions.authenticate(first)).toMatchObject({ problem: "missing" });
    wait(12 * 3_600_000);
    expect(await sessions.authenticate(second)).toMatchObject({ subject: "ada" });
    wait(12 * 3_600_000 + 1);
    expect(await sessions.authenticate(second)).toMatchObject({ problem: "missing" });
  });

  it("may only look where the console is read-only, whatever its token allows", async () => {
    const { app, sessions, signIn } = setUp({ isReadOnly: true });
    const headers = asSession(cookieOf(await signIn("ada")));
    const identity = await sessions.authenticate(headers);
    expect("roles" in identity && [...identity.roles]).toEqual(["read"]);
    expect(await (await app.request("/console/session", { headers })).json()).toMatchObject({
      may_operate: false,
      read_only: true,
    });
  });

  it("makes room for a new one when there are a thousand", async () => {
    const { sessions, signIn } = setUp();
    const first = asSession(cookieOf(await signIn("ada")));
    for (let count = 0; count < 1_000; count += 1) await sessions.begin("bob");
    expect(await sessions.authenticate(first)).toMatchObject({ problem: "missing" });
  });

  it("is asked of nobody where the API authenticates nobody", async () => {
    const app = new Hono().route("/console", consoleApp({ directory }));
    expect(await (await app.request("/console/session")).json()).toEqual({
      needs_token: false,
      signed_in: false,
      may_read: true,
      may_operate: true,
      read_only: false,
    });
  });
});
