import type { ContextSchemas } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Authenticate, Role } from "../access/identity.ts";
import { bodyOf, statusAndType } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";

const context: ContextSchemas = {
  tenant: z.string().max(8, "must be a text of up to 8 characters"),
  user: z.string().optional(),
  headers: { "x-region": z.enum(["eu", "us"], 'must be "eu" or "us"').optional() },
};
const path = "/saga/ticket";
const ofAcme = { "x-tenant-id": "acme" };
const paid = { payment_id: 7 };

describe("the context of a start over REST", () => {
  it("is read from the headers that its definition declares, and from no other one", async () => {
    const { post, engine } = setUpTickets({ context });
    const headers = { ...ofAcme, "x-user-id": "ada", "x-region": "eu", "x-more": "1" };
    const { saga_id } = await bodyOf(await post(path, { ref: "A-1" }, headers));
    const found = await engine.get(String(saga_id));
    expect(found?.saga.context).toEqual({ tenant: "acme", user: "ada", headers: { "x-region": "eu" } });
  });

  it("that does not fit is 422 with a pointer for each member, names the headers, and starts nothing", async () => {
    const { post, getJson } = setUpTickets({ context });
    const none = await post(path, { ref: "A-1" });
    expect(none.status).toBe(422);
    expect(await bodyOf(none)).toMatchObject({ type: "invalid-request", errors: [{ pointer: "/context/tenant" }] });
    const bad = await bodyOf(await post(path, { ref: "A-1" }, { "x-tenant-id": "globexcorp", "x-region": "mars" }));
    expect(bad).toMatchObject({
      type: "invalid-request",
      errors: [
        { pointer: "/context/tenant", detail: "(of the header x-tenant-id): must be a text of up to 8 characters" },
        { pointer: "/context/headers/x-region", detail: '(of the header x-region): must be "eu" or "us"' },
      ],
    });
    expect((await getJson("/sagas"))["items"]).toEqual([]);
  });

  it("scopes the Idempotency-Key by its tenant", async () => {
    const { post } = setUpTickets({ context });
    const start = async (tenant: string, ref: string) => {
      const reply = await post(path, { ref }, { "x-tenant-id": tenant, "idempotency-key": "k" });
      return reply.status === 202 ? (await bodyOf(reply))["saga_id"] : reply.status;
    };
    const first = await start("acme", "A-1");
    expect([await start("acme", "A-1"), await start("acme", "A-2")]).toEqual([first, 422]);
    expect([first, 422]).not.toContain(await start("globex", "A-2"));
  });

  it("is ignored by a definition that declares none", async () => {
    const { post, engine } = setUpTickets();
    const { saga_id } = await bodyOf(await post(path, { ref: "A-1" }, ofAcme));
    expect((await engine.get(String(saga_id)))?.saga.context).toBeUndefined();
    const signalled = await post(`/sagas/${String(saga_id)}/signals/wait-for-payment`, paid, ofAcme);
    expect(signalled.status).toBe(202);
  });

  it("comes from other headers where the host says so", async () => {
    const { post, engine } = setUpTickets({ context, web: { contextHeaders: { tenant: "x-org" } } });
    const { saga_id } = await bodyOf(await post(path, { ref: "A-1" }, { "x-org": "acme", "x-user-id": "ada" }));
    expect((await engine.get(String(saga_id)))?.saga.context).toEqual({ tenant: "acme", user: "ada" });
  });

  it("may be sent by pages of a listed origin", async () => {
    const origin = "https://shop.example.com";
    const { request } = setUpTickets({ context, web: { allowedOrigins: [origin] } });
    const asking = { origin, "access-control-request-method": "POST", "access-control-request-headers": "x-region" };
    const preflight = await request(path, { method: "OPTIONS", headers: asking });
    expect(preflight.headers.get("access-control-allow-headers")).toMatch(/x-tenant-id,x-user-id,x-region/);
  });

  it("stands in the OpenAPI document: what is needed, and what is not", async () => {
    const document = z.looseObject({
      paths: z.record(
        z.string(),
        z.record(z.string(), z.object({ parameters: z.array(z.looseObject({ name: z.string() })).default([]) })),
      ),
    });
    const { paths } = document.parse(await setUpTickets({ context }).getJson("/openapi.json"));
    const headersOf = (route: string) =>
      paths[route]?.["post"]?.parameters
        .filter((each) => each["in"] === "header")
        .map(({ name, required }) => [name, required === true]);
    const own = [
      ["x-tenant-id", true],
      ["x-user-id", false],
      ["x-region", false],
    ];
    expect(headersOf(path)).toEqual([["Idempotency-Key", false], ["Prefer", false], ...own]);
    expect(headersOf("/sagas/{saga_id}/signals/{step}")).toEqual([
      ["Idempotency-Key", false],
      ["x-tenant-id", false],
    ]);
  });
});

describe("the context of a start whose sender is known", () => {
  const as = (tenant: string) => ({ authorization: `Bearer ${tenant}`, "x-tenant-id": "globex", "x-user-id": "mallory" });
  const authenticate: Authenticate = async (headers) => {
    const tenant = headers.get("authorization")?.replace("Bearer ", "") ?? "";
    return { subject: "ada", roles: new Set<Role>(["start", "signal"]), ...(tenant !== "none" && { tenant }) };
  };

  it("has the tenant and the user of its identity, whatever headers say, and so has a signal", async () => {
    const { post, engine } = setUpTickets({ context, web: { authenticate } });
    const { saga_id } = await bodyOf(await post(path, { ref: "A-1" }, as("acme")));
    expect((await engine.get(String(saga_id)))?.saga).toMatchObject({ owner: "ada", context: { tenant: "acme", user: "ada" } });
    const byCorrelation = "/signals/ticket/wait-for-payment/A-1";
    expect((await post(byCorrelation, paid, as("globex"))).status).toBe(404);
    expect((await post(byCorrelation, paid, as("acme"))).status).toBe(202);
  });

  it("that its definition needs and its identity lacks is 422, and no header is named that would not count", async () => {
    const { post } = setUpTickets({ context, web: { authenticate } });
    const refused = await bodyOf(await post(path, { ref: "A-1" }, as("none")));
    expect(refused).toMatchObject({
      errors: [{ pointer: "/context/tenant", detail: expect.stringContaining("(of your token): ") }],
    });
  });
});

describe("a signal over REST for a saga of a tenant", () => {
  it("is 404 for another tenant and for none, by the saga's id and by its correlation, and nothing is recorded", async () => {
    const { post, getJson } = setUpTickets({ context });
    const { saga_id } = await bodyOf(await post(path, { ref: "A-1" }, ofAcme));
    const byId = `/sagas/${String(saga_id)}/signals/wait-for-payment`;
    const byCorrelation = "/signals/ticket/wait-for-payment/A-1";
    const before = await getJson(`/sagas/${String(saga_id)}/events`);
    for (const headers of [{}, { "x-tenant-id": "globex" }]) {
      expect(await statusAndType(await post(byId, paid, headers))).toEqual([404, "not-found"]);
      expect(await statusAndType(await post(byCorrelation, paid, headers))).toEqual([404, "correlation-unknown"]);
    }
    expect(await getJson(`/sagas/${String(saga_id)}/events`)).toEqual(before);
    expect(await bodyOf(await post(byCorrelation, paid, ofAcme))).toMatchObject({ saga_id, signal: "taken" });
  });
});
