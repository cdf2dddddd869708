import { describe, expect, it } from "vitest";
import type { Authenticate, Role } from "../access/identity.ts";
import { bodyOf, settle } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";

/** The token of a subject is its name, and everybody may start and signal; ada may do all. */
const authenticate: Authenticate = async (headers) => {
  const subject = headers.get("authorization")?.replace("Bearer ", "");
  if (subject === undefined) return { problem: "missing", detail: "There is no token." };
  return { subject, roles: new Set<Role>(subject === "ada" ? ["start", "signal", "operate"] : ["start", "signal"]) };
};

const as = (subject: string, key?: string) => ({
  authorization: `Bearer ${subject}`,
  ...(key !== undefined && { "idempotency-key": key }),
});
const DAY_MS = 86_400_000;

function setUp() {
  const app = setUpTickets({ web: { authenticate } });
  const begin = async (subject: string, ticket: string) => {
    const headers = { ...as(subject), prefer: "respond-async" };
    const reply = await app.post("/saga/ticket", { ref: ticket }, headers);
    await settle();
    return { status: reply.status, body: await bodyOf(reply) };
  };
  return { ...app, begin };
}

describe("who starts sagas", () => {
  it("sees of a late signal neither who sent it nor more than the first line of it", async () => {
    const { post, begin, request, clock } = setUp();
    const { body } = await begin("eve", "A-1");
    const path = `/sagas/${String(body["saga_id"])}`;
    clock.advanceBy(DAY_MS);
    await settle();
    expect((await post(`${path}/signals/wait-for-payment`, { payment_id: 7 }, as("bank"))).status).toBe(409);
    const seenBy = async (subject: string) => (await bodyOf(await request(path, { headers: as(subject) })))["late_signals"];
    expect(await seenBy("ada")).toMatchObject([{ because: "ended", by: "bank" }]);
    expect(await seenBy("eve")).toMatchObject([{ because: "ended" }]);
    expect(JSON.stringify(await seenBy("eve"))).not.toContain("bank");
  });

  it("learns nothing of another's saga that has the same correlation", async () => {
    const { begin } = setUp();
    const { body } = await begin("mallory", "A-1");
    const refused = await begin("eve", "A-1");
    expect([refused.status, refused.body["type"]]).toEqual([409, "correlation-taken"]);
    expect(JSON.stringify(refused.body)).not.toContain(String(body["saga_id"]));
  });
});

describe("the key of a signal", () => {
  it.for([
    ["a", "b:c", "a:b", "c"],
    ["anonymous", "k", "%anonymous", "k"],
    ["a:b", "c", "a%3Ab", "c"],
  ])("of the subject %s, %s, is not that of the subject %s, %s", async ([one = "", key, other = "", otherKey]) => {
    const { post, begin } = setUp();
    const { body } = await begin("eve", "A-1");
    const to = `/sagas/${String(body["saga_id"])}/signals/wait-for-payment`;
    expect((await post(to, { payment_id: 7 }, as(one, key))).status).toBe(202);
    // The second signal comes too late; it is not the first one repeated with another body, which is a 422.
    expect((await post(to, { payment_id: 8 }, as(other, otherKey))).status).toBe(409);
    expect((await post(to, { payment_id: 8 }, as(one, key))).status).toBe(422);
  });
});
