import { rejected } from "saga-core";
import type { SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { eventsSchema } from "../sagas/events-view.ts";
import { readMessages, watchEnd } from "../testing/event-stream.ts";
import { bodyOf, settle, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";
import type { AccessRefused } from "./access.ts";
import type { Authenticate, Identity, Role } from "./identity.ts";

const identities: Record<string, Identity> = {
  ...Object.fromEntries(
    (["start", "signal", "read", "operate"] as const).map((role) => [role, { subject: `the ${role}`, roles: new Set([role]) }]),
  ),
  nobody: { subject: "nobody", roles: new Set() },
  another: { subject: "another", roles: new Set<Role>(["start"]) },
  both: { subject: "both", roles: new Set<Role>(["start", "operate"]) },
};

/** The token of an identity is its name. */
const authenticate: Authenticate = async (headers) => {
  const header = headers.get("authorization");
  if (header === null) return { problem: "missing", detail: "There is no token." };
  return identities[header.replace("Bearer ", "")] ?? { problem: "invalid", detail: "The token is not known." };
};

const as = (name: string) => ({ authorization: `Bearer ${name}` });

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ security: z.array(z.unknown()).optional() }))),
});

/** What has routes only where the host gives it. */
const watched = {
  build: { name: "seats", version: "1", runtime: "test", engine: "embedded" },
  metrics: { contentType: "text/plain", text: async () => "" },
  openCounts: () => [],
};

function setUpAccess() {
  const refused: AccessRefused[] = [];
  const app = setUp({ web: { authenticate, onRefused: (each) => refused.push(each), ...watched } });
  return { ...app, refused };
}

/** Every documented route, as a request that no role would refuse. */
async function routesOf({ getJson }: Pick<ReturnType<typeof setUp>, "getJson">) {
  const { paths } = documentSchema.parse(await getJson("/openapi.json"));
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const path = template
        .replace("{saga_id}", unknownId)
        .replace("{definition}", "seat")
        .replaceAll(/\{\w+\}/g, "x");
      return { method: method.toUpperCase(), template, path, isOpen: security?.length === 0 };
    }),
  );
}

/** Which roles may use each route: this is what the API promises, apart from the code that keeps it. */
const promised: Readonly<Record<string, readonly string[]>> = {
  "POST /saga/seat": ["start"],
  "GET /sagas": ["read", "operate"],
  "GET /sagas/{saga_id}": ["start", "read", "operate"],
  "GET /sagas/{saga_id}/choices": ["read", "operate"],
  "GET /sagas/{saga_id}/events": ["start", "read", "operate"],
  "POST /sagas/{saga_id}/cancel": ["operate"],
  "POST /sagas/{saga_id}/retry": ["operate"],
  "POST /sagas/{saga_id}/resolve": ["operate"],
  "POST /sagas/{saga_id}/signals/{step}": ["signal"],
  "POST /signals/{definition}/{step}/{correlation}": ["signal"],
  "POST /sagas/{saga_id}/signals/{step}/preview": ["operate"],
  "POST /sagas/{saga_id}/end-wait": ["operate"],
  "POST /sagas/{saga_id}/acknowledge": ["operate"],
  "POST /sagas/cancel": ["operate"],
  "POST /sagas/retry": ["operate"],
  "POST /sagas/resolve": ["operate"],
  "GET /definitions": ["read", "operate"],
  "GET /definitions/{definition}": ["read", "operate"],
  "GET /definitions/{definition}/diagram": ["read", "operate"],
  "POST /definitions/{definition}/pause": ["operate"],
  "POST /definitions/{definition}/resume": ["operate"],
  "GET /metrics": ["read", "operate"],
  "GET /version": ["read", "operate"],
  "GET /overview": ["read", "operate"],
};

describe("a route of an app that authenticates", () => {
  it("is open, or is refused without a token, with a wrong one, and without its role; with its role it is answered", async () => {
    const app = setUpAccess();
    const routes = await routesOf(app);
    expect(routes.filter(({ isOpen }) => !isOpen).map(({ method, template }) => `${method} ${template}`)).toEqual(
      Object.keys(promised),
    );
    for (const { method, template, path, isOpen } of routes) {
      const name = `${method} ${template}`;
      const send = async (headers: Readonly<Record<string, string>>) => {
        const json =
          method === "POST" ? { body: "{}", headers: { "content-type": "application/json", ...headers } } : { headers };
        return await app.request(path, { method, ...json });
      };
      const statusOf = async (token: string) => (await send(as(token))).status;
      if (isOpen) {
        expect([name, (await send({})).status]).toEqual([name, 200]);
        continue;
      }
      const none = await send({});
      expect([name, none.status, none.headers.get("www-authenticate")]).toEqual([name, 401, "Bearer"]);
      const wrong = await send(as("forged"));
      expect([name, wrong.status, wrong.headers.get("www-authenticate")]).toEqual([name, 401, 'Bearer error="invalid_token"']);
      const allowed: string[] = [];
      for (const role of ["nobody", "start", "signal", "read", "operate"]) {
        const status = await statusOf(role);
        expect([name, role, status === 401]).toEqual([name, role, false]);
        if (status !== 403) allowed.push(role);
      }
      expect([name, allowed]).toEqual([name, promised[name]]);
    }
  });

  it("serves documents, problem pages and health to everybody", async () => {
    const { app } = setUpAccess();
    for (const path of [
      "/openapi.json",
      "/docs",
      "/problems",
      "/problems/not-permitted",
      "/health/live",
      "/health/ready",
      "/health-check",
    ])
      expect([path, (await app.request(path)).status]).toEqual([path, 200]);
  });

  it("is not opened by a path that only ends as an open one, or is written otherwise", async () => {
    const { app } = setUpAccess();
    for (const path of [
      "/sagas/health/live",
      "/sagas/health",
      "/SAGAS",
      "/sagas/",
      "//sagas",
      "/sagas?x=/health/live",
      "/docs/../sagas",
      "/%73agas",
    ])
      expect([path, (await app.request(path)).status === 200]).toEqual([path, false]);
  });

  it("refuses before it reads the body, has no effect, and tells the host", async () => {
    const { request, refused, getJson } = setUpAccess();
    const post = (path: string, headers: Readonly<Record<string, string>>) =>
      request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{" });
    expect(await statusAndType(await post("/saga/seat", {}))).toEqual([401, "unauthenticated"]);
    expect(await statusAndType(await post("/saga/seat", as("read")))).toEqual([403, "not-permitted"]);
    expect(await statusAndType(await post("/definitions/seat/pause", as("read")))).toEqual([403, "not-permitted"]);
    expect(refused).toEqual([
      { problem: "unauthenticated", method: "POST", path: "/saga/seat", detail: "There is no token." },
      {
        problem: "not-permitted",
        method: "POST",
        path: "/saga/seat",
        subject: "the read",
        detail: "This needs the role start, and the read has read.",
      },
      {
        problem: "not-permitted",
        method: "POST",
        path: "/definitions/seat/pause",
        subject: "the read",
        detail: "This needs the role operate, and the read has read.",
      },
    ]);
    expect((await getJson("/health/ready"))["paused"]).toEqual([]);
  });
});

describe("an operation that a saga does not allow", () => {
  it("is told to the host with who asked, for one saga and for many, and is in the history of no saga that has ended", async () => {
    const { start, post, request, refused } = setUpAccess();
    const { saga_id } = await bodyOf(await start(as("start")));
    const id = String(saga_id);
    const history = async () => await (await request(`/sagas/${id}/events`, { headers: as("read") })).text();
    const before = await history();
    expect(await statusAndType(await post(`/sagas/${id}/cancel`, { note: "late" }, as("operate")))).toEqual([
      409,
      "operation-refused",
    ]);
    expect((await post("/sagas/cancel", { saga_ids: [id, unknownId] }, as("operate"))).status).toBe(200);
    expect((await post("/sagas/cancel", { saga_ids: [id], preview: true }, as("operate"))).status).toBe(200);
    expect(refused).toEqual([
      {
        problem: "operation-refused",
        method: "POST",
        path: `/sagas/${id}/cancel`,
        subject: "the operate",
        detail: expect.stringContaining(`not allowed for saga ${id} now`),
      },
      {
        problem: "operation-refused",
        method: "POST",
        path: "/sagas/cancel",
        subject: "the operate",
        detail: expect.stringContaining(`2 of 2 are not accepted: ${id} because`),
      },
    ]);
    expect(await history()).toBe(before);
  });
});

it("records once what each identity was refused of a saga that has not ended, and shows its starter not who", async () => {
  const { answers, start, post, request } = setUpAccess();
  answers.reserve = () => new Promise(() => undefined);
  const id = String((await bodyOf(await start({ ...as("start"), prefer: "respond-async" })))["saga_id"]);
  const resolution = { step: "reserve", applied: true, note: "seen" };
  for (let time = 0; time < 2; time += 1) {
    expect((await post(`/sagas/${id}/resolve`, resolution, as("operate"))).status).toBe(409);
    expect((await post("/sagas/resolve", { saga_ids: [id], ...resolution }, as("operate"))).status).toBe(200);
    expect((await post(`/sagas/${id.toUpperCase()}/cancel`, {}, as("read"))).status).toBe(403);
    expect((await post(`/sagas/${id}/cancel`, {})).status).toBe(401);
  }
  const refusals = async (headers: Readonly<Record<string, string>>) => {
    const { items } = eventsSchema.parse(await bodyOf(await request(`/sagas/${id}/events`, { headers })));
    return items.flatMap(({ type, data }) => (type === "refused" ? [data] : []));
  };
  const resolve = { operation: "resolve", because: "not-allowed", by: "the operate" };
  const cancel = { operation: "cancel", because: "not-permitted", by: "the read" };
  await expect.poll(() => refusals(as("read"))).toMatchObject([resolve, cancel]);
  expect((await refusals(as("start"))).map(({ by }) => by)).toEqual([undefined, undefined]);
});

it("records with no saga what only its preview did not hold", async () => {
  const { answers, start, post, request } = setUpAccess();
  answers.reserve = () => new Promise(() => undefined);
  const ids: string[] = [];
  for (let count = 0; count < 2; count += 1)
    ids.push(String((await bodyOf(await start({ ...as("start"), prefer: "respond-async" })))["saga_id"]));
  const { token } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids.slice(0, 1), preview: true }, as("operate")));
  const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids.slice(1), token }, as("operate")));
  expect(items).toMatchObject([{ accepted: false, reason: expect.stringContaining("did not list it") }]);
  await settle();
  const events = await bodyOf(await request(`/sagas/${ids[1] ?? ""}/events`, { headers: as("read") }));
  expect(eventsSchema.parse(events).items.map(({ type }) => type)).not.toContain("refused");
});

it("ends a stream within a minute once its token counts no more", async () => {
  const { request, clock } = setUpAccess();
  const { read } = identities;
  const reply = await request("/sagas", { headers: { ...as("read"), accept: "text/event-stream" } });
  const { pass, hasEnded, ended } = watchEnd(reply, clock);
  await pass(70);
  expect(hasEnded()).toBe(false);
  if (read) identities["read"] = { ...read, roles: new Set<Role>() };
  await pass(60);
  if (read) identities["read"] = read;
  expect(hasEnded()).toBe(true);
  await ended;
});

it("names in the command that comes next the variable of a token, and no token", async () => {
  const { answers, start, post } = setUpAccess();
  answers.reserve = () => new Promise(() => undefined);
  await start({ ...as("start"), prefer: "respond-async" });
  const where = { definition: "seat" };
  const { next_command } = await bodyOf(await post("/sagas/cancel", { where, preview: true }, as("operate")));
  expect(next_command).toMatch(/^curl '\S+\/sagas\/cancel' -H "Authorization: Bearer \$TOKEN" -H /);
});

describe("a saga of an identity", () => {
  it("is read by it and by readers, and is not there for another starter", async () => {
    const { start, request } = setUpAccess();
    const { saga_id } = await bodyOf(await start(as("start")));
    for (const path of [`/sagas/${String(saga_id)}`, `/sagas/${String(saga_id)}/events`]) {
      const statusFor = async (name: string) => (await request(path, { headers: as(name) })).status;
      expect([path, await statusFor("start"), await statusFor("read"), await statusFor("another")]).toEqual([
        path,
        200,
        200,
        404,
      ]);
      const stream = await request(path, { headers: { ...as("another"), accept: "text/event-stream" } });
      expect([path, stream.status]).toEqual([path, 404]);
    }
  });

  it("shows its starter the first line of what a participant said, and nothing of an operator; a reader sees all", async () => {
    const { answers, clock, start, request, post } = setUpAccess();
    answers.pay = async () => rejected("400 no funds\n[SQL: SELECT card FROM customers]");
    const { saga_id } = await bodyOf(await start(as("start")));
    answers.reserve = () => new Promise(() => undefined);
    const waiting = await bodyOf(await start({ ...as("start"), prefer: "respond-async" }));
    const cancelled = await post(
      `/sagas/${String(waiting["saga_id"])}/cancel`,
      { by: "not ada", note: "a secret reason" },
      as("operate"),
    );
    expect(cancelled.status).toBe(202);
    await settle();
    const textFor = async (name: string, accept: string) => {
      const ids = [saga_id, waiting["saga_id"]].map(String);
      const paths = ids.flatMap((id) => [`/sagas/${id}`, `/sagas/${id}/events`]);
      const replies = await Promise.all(paths.map((path) => request(path, { headers: { ...as(name), accept } })));
      const texts = await Promise.all(
        replies.map((reply) =>
          reply.headers.get("content-type")?.includes("stream") ? untilCancel(reply, clock) : reply.text(),
        ),
      );
      return texts.join();
    };
    for (const accept of ["application/json", "text/event-stream"]) {
      const [own, all] = [await textFor("start", accept), await textFor("read", accept)];
      expect([own.includes("no funds"), own.includes("SELECT"), own.includes("secret"), own.includes("the operate")]).toEqual([
        true,
        false,
        false,
        false,
      ]);
      expect([all.includes("SELECT"), all.includes("secret"), all.includes("the operate")]).toEqual([true, true, true]);
      // Who acted comes from the identity, and never from the body.
      expect(all).not.toContain("not ada");
    }
  });

  it("is found by the Idempotency-Key of its identity alone", async () => {
    const { start } = setUpAccess();
    const keyed = async (name: string, body?: string) => await start({ ...as(name), "idempotency-key": "k" }, body);
    const { saga_id } = await bodyOf(await keyed("start"));
    expect((await bodyOf(await keyed("start")))["saga_id"]).toBe(saga_id);
    expect((await bodyOf(await keyed("another", '{"seat":4}')))["saga_id"]).not.toBe(saga_id);
    expect(await statusAndType(await keyed("start", '{"seat":4}'))).toEqual([422, "idempotency-key-reused"]);
  });
});

/** What a stream has until its end, or to the cancel after which it waits. */
async function untilCancel(reply: Response, clock: SimulatedClock): Promise<string> {
  const messages = readMessages(reply, clock);
  let text = "";
  for (let message = await messages.next(); message !== "end"; message = await messages.next()) {
    text += message;
    if (message.includes("cancel-requested")) break;
  }
  await messages.cancel();
  return text;
}

describe("an app for one audience", () => {
  it("has the routes of its audience, and no other", async () => {
    const routesFor = async (audience: "callers" | "operators") =>
      (await routesOf(setUp({ web: { audience, ...watched } })))
        .map(({ method, template }) => `${method} ${template}`)
        .filter((name) => name in promised);
    const shared = ["GET /sagas/{saga_id}", "GET /sagas/{saga_id}/events", "POST /sagas/{saga_id}/signals/{step}"];
    const callers = ["POST /saga/seat", ...shared, "POST /signals/{definition}/{step}/{correlation}"];
    expect(await routesFor("callers")).toEqual(callers);
    expect(await routesFor("operators")).toEqual(
      Object.keys(promised).filter((name) => shared.includes(name) || !callers.includes(name)),
    );
  });
});

describe("the OpenAPI document of an app that authenticates", () => {
  it("says of every closed route that it may be 401, 403 and, where the keys cannot be had, 503", async () => {
    const { getJson } = setUpAccess();
    const responses = z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({ security: z.array(z.unknown()).optional(), responses: z.record(z.string(), z.unknown()) }),
      ),
    );
    const { paths } = z.looseObject({ paths: responses }).parse(await getJson("/openapi.json"));
    for (const [path, methods] of Object.entries(paths))
      for (const { security, responses } of Object.values(methods)) {
        const named = [401, 403, 503].map((status) => JSON.stringify(responses[status] ?? ""));
        const types = ["unauthenticated", "not-permitted", "identity-unavailable"].map((type, at) =>
          named[at]?.includes(`"${type}"`),
        );
        expect([path, ...types]).toEqual([path, ...Array(3).fill(security === undefined)]);
      }
    // A document that names some problems of a status names all of them.
    expect(JSON.stringify(paths["/sagas/{saga_id}/cancel"]?.["post"]?.responses["403"])).toContain('"cross-site"');
    expect(JSON.stringify(paths["/sagas"]?.["get"]?.responses["403"])).not.toContain('"cross-site"');
    expect(JSON.stringify(paths["/saga/seat"]?.["post"]?.responses["503"])).toContain('"draining"');
  });
});
