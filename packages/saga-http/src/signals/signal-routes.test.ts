import { describe, expect, it } from "vitest";
import { problemTypes } from "../problems/problem-types.ts";
import { viewSaga } from "../sagas/saga-view.ts";
import { bodyOf, settle, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";

const paid = { payment_id: 7 };
const signal = async (response: Promise<Response>) => {
  const reply = await response;
  return [reply.status, (await bodyOf(reply))["signal"]];
};

describe("POST /sagas/{saga_id}/signals/{step}", () => {
  it("takes a signal, keeps an early one, and answers the same to a repetition", async () => {
    const { post, start, getJson } = setUpTickets();
    const { path } = await start("A-1");
    expect(await getJson(path)).toMatchObject({
      state: "UNPAID",
      explanation: expect.stringContaining("It waits at wait-for-payment for a signal"),
      steps: [{ status: "waiting", waits: { on_timeout: "turn-back", until: expect.any(String) } }, { status: "pending" }],
    });
    expect(await signal(post(`${path}/signals/wait-for-approval`, { approved: true }))).toEqual([202, "kept"]);
    expect(await signal(post(`${path}/signals/wait-for-payment`, paid))).toEqual([202, "taken"]);
    expect(await signal(post(`${path}/signals/wait-for-payment`, paid))).toEqual([202, "repeated"]);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "completed", data: paid });
    const { items } = await getJson(`${path}/events`);
    expect(items).toContainEqual(
      expect.objectContaining({ type: "signalled", data: expect.objectContaining({ outcome: "done", result: paid }) }),
    );
  });

  it("answers with the number of the event that it wrote; a repetition writes none", async () => {
    const { post, start, getJson } = setUpTickets();
    const { path } = await start("A-1");
    const { event_seq: seq } = await bodyOf(await post(`${path}/signals/wait-for-payment`, paid));
    const { items } = await getJson(`${path}/events?after=${Number(seq) - 1}&limit=1`);
    expect(items).toMatchObject([{ seq, type: "signalled", step: "wait-for-payment" }]);
    expect(await bodyOf(await post(`${path}/signals/wait-for-payment`, paid))).not.toHaveProperty("event_seq");
  });

  it("answers 409 for a late one, which the saga lists until a person acknowledges it", async () => {
    const { post, start, getJson, clock } = setUpTickets();
    const { path } = await start("A-1");
    clock.advanceBy(86_400_000);
    await settle();
    const late = await bodyOf(await post(`${path}/signals/wait-for-payment`, paid));
    expect(late).toMatchObject({
      status: 409,
      type: "signal-late",
      because: "ended",
      saga_status: "cancelled",
      state: "CANCELLED",
    });
    expect((await getJson(path))["late_signals"]).toMatchObject([{ step: "wait-for-payment", because: "ended", result: paid }]);
    expect((await post(`${path}/acknowledge`, { by: "ada", note: "paid back" })).status).toBe(200);
    expect(await getJson(path)).not.toHaveProperty("late_signals");
    expect(await statusAndType(await post(`${path}/acknowledge`, {}))).toEqual([409, "operation-refused"]);
  });

  it("needs a human about a refusal after the pivot, and explains what it can be answered with", async () => {
    const { post, start, getJson } = setUpTickets();
    const { path } = await start("A-1");
    await post(`${path}/signals/wait-for-payment`, paid);
    expect(await signal(post(`${path}/signals/wait-for-approval`, { approved: false }))).toEqual([202, "asks"]);
    expect(await getJson(path)).toMatchObject({
      status: "needs_intervention",
      explanation: expect.stringContaining("refused what can no longer be undone: not approved"),
    });
    const { items } = await getJson(`${path}/choices`);
    expect(items).toContainEqual(expect.objectContaining({ choice: "end-wait", allowed: false }));
    expect(await signal(post(`${path}/signals/wait-for-approval`, { approved: true }))).toEqual([202, "taken"]);
    expect(await getJson(path)).toMatchObject({ status: "completed" });
  });

  it("refuses what it cannot take, with a clear error, and loses nothing", async () => {
    const { post, start, getJson, request } = setUpTickets();
    const { path } = await start("A-1");
    const to = `${path}/signals/wait-for-payment`;
    expect(await statusAndType(await post(`/sagas/${unknownId}/signals/wait-for-payment`, paid))).toEqual([404, "not-found"]);
    expect(await statusAndType(await post(`${path}/signals/nothing`, paid))).toEqual([404, "not-found"]);
    expect(await bodyOf(await post(to, { payment_id: "7" }))).toMatchObject({
      type: "invalid-request",
      errors: [{ pointer: "/payment_id", detail: "must be a whole number" }],
    });
    expect(await statusAndType(await post(to, { payment_id: 7, text: "x".repeat(70_000) }))).toEqual([413, "body-too-large"]);
    const text = { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" };
    expect(await statusAndType(await request(to, text))).toEqual([415, "unsupported-media-type"]);
    expect(await statusAndType(await post(to, paid, { "idempotency-key": "\u00e9" }))).toEqual([400, "malformed-key"]);
    expect(await getJson(path)).toMatchObject({ state: "UNPAID" });
    // What a schema leaves out is not recorded.
    expect(await signal(post(to, { ...paid, text: "x".repeat(60_000) }, { "idempotency-key": "k" }))).toEqual([202, "taken"]);
    const reused = await post(to, { payment_id: 8 }, { "idempotency-key": "k" });
    expect(await statusAndType(reused)).toEqual([422, "idempotency-key-reused"]);
  });

  it("answers 503 where the signal cannot be validated", async () => {
    const { post, start, engine } = setUpTickets();
    const { path } = await start("A-1");
    const found = await engine.get(path.slice("/sagas/".length));
    if (!found) throw new Error("there is one");
    await engine.drain(0);
    expect(await statusAndType(await post(`${path}/signals/wait-for-payment`, paid))).toEqual([503, "draining"]);
  });
});

describe("POST /signals/{definition}/{step}/{correlation}", () => {
  it("finds the saga by a text or a number", async () => {
    const { post, start } = setUpTickets();
    const [one, other] = [await start("A/1 é"), await start(4711)];
    const found = async (correlation: string) =>
      (await bodyOf(await post(`/signals/ticket/wait-for-payment/${encodeURIComponent(correlation)}`, paid)))["saga_id"];
    expect(await found("A/1 é")).toBe(one.id);
    expect(await found("4711")).toBe(other.id);
  });

  it.for([["unknown"], ["x".repeat(10_000)], ["a\u0000b"], [String(2 ** 53)]])(
    "answers 404 with Retry-After where no saga has it, or can: case %#",
    async ([correlation = ""]) => {
      const { post } = setUpTickets();
      const reply = await post(`/signals/ticket/wait-for-payment/${encodeURIComponent(correlation)}`, paid);
      expect([reply.headers.get("retry-after"), ...(await statusAndType(reply))]).toEqual(["1", 404, "correlation-unknown"]);
    },
  );

  it("answers 404 for a definition or a step that there is not", async () => {
    const { post } = setUpTickets();
    expect(await statusAndType(await post("/signals/other/wait-for-payment/A-1", paid))).toEqual([404, "not-found"]);
    expect(await statusAndType(await post("/signals/ticket/other/A-1", paid))).toEqual([404, "not-found"]);
  });
});

describe("a correlation", () => {
  it("that another saga has refuses the start with 409", async () => {
    const { post, start } = setUpTickets();
    await start("A-1");
    expect(await statusAndType(await post("/saga/ticket", { ref: "A-1" }))).toEqual([409, "correlation-taken"]);
    expect(await statusAndType(await post("/saga/ticket", { ref: 1.5 }))).toEqual([422, "invalid-request"]);
  });

  it("that no sender could name is explained where its saga needs a human because of it", async () => {
    const { start, engine, clock } = setUpTickets();
    const found = await engine.get((await start("A-1")).id);
    if (!found) throw new Error("there is one");
    const unusable = { step: "wait-for-payment", action: "run", reason: "correlation-unusable" } as const;
    const phase = { name: "needs-intervention", during: { name: "forward" }, ...unusable } as const;
    const { explanation } = viewSaga({ ...found, saga: { ...found.saga, phase } }, clock.now());
    expect(explanation).toContain(
      "no sender could name its correlation: ref must be a whole number up to 2^53 - 1, or a text of 1",
    );
    expect(explanation).toContain("A signal by the id of this saga is taken.");
  });
});

describe("POST /sagas/{saga_id}/end-wait", () => {
  it("ends the wait as if its time were over, and explains before what follows", async () => {
    const { post, start, getJson } = setUpTickets();
    const { path } = await start("A-1");
    const { items } = await getJson(`${path}/choices`);
    expect(items).toContainEqual(
      expect.objectContaining({ choice: "end-wait", consequence: expect.objectContaining({ status: "cancelled" }) }),
    );
    const body = { step: "wait-for-payment", by: "ada", note: "the customer called" };
    const reply = await post(`${path}/end-wait`, body);
    expect([reply.status, reply.headers.get("location")]).toEqual([202, path]);
    expect(await getJson(path)).toMatchObject({ status: "cancelled" });
    expect(await statusAndType(await post(`${path}/end-wait`, body))).toEqual([409, "operation-refused"]);
    expect(await statusAndType(await post(`${path}/end-wait`, { step: "wait-for-payment" }))).toEqual([422, "invalid-request"]);
  });
});

describe("an API of definitions without waits", () => {
  /** The next version of the tickets waits for nobody. */
  function setUpNextVersion(controllers: readonly ("earlier" | "next")[]) {
    const earlier = setUpTickets();
    return { earlier, next: () => setUpTickets({ journal: earlier.journal, controllers, resource: "next" }) };
  }

  it("takes signals for the sagas of an earlier version that waits, and ends their waits", async () => {
    const { earlier, next } = setUpNextVersion(["earlier", "next"]);
    const [one, other, third] = [await earlier.start("A-1"), await earlier.start("A-2"), await earlier.start("A-3")];
    const { post, getJson } = next();
    expect(await signal(post(`${one.path}/signals/wait-for-payment`, paid))).toEqual([202, "taken"]);
    expect(await signal(post("/signals/ticket/wait-for-payment/A-2", paid))).toEqual([202, "taken"]);
    expect(await getJson(other.path)).toMatchObject({ data: paid });
    const body = { step: "wait-for-payment", by: "ada", note: "the customer called" };
    expect((await post(`${third.path}/end-wait`, body)).status).toBe(202);
    expect(await getJson(third.path)).toMatchObject({ status: "cancelled" });
  });

  it("lets a person acknowledge a late signal of a saga of an earlier version that has ended", async () => {
    const { earlier, next } = setUpNextVersion(["earlier", "next"]);
    const { path } = await earlier.start("A-1");
    await earlier.post(`${path}/end-wait`, { step: "wait-for-payment", note: "enough" });
    await settle();
    await earlier.post(`${path}/signals/wait-for-payment`, paid);
    const { post, getJson } = next();
    expect(await getJson("/sagas?late_signals=true")).toMatchObject({ items: [{ late_signals: [{ because: "ended" }] }] });
    expect((await post(`${path}/acknowledge`, { by: "ada", note: "paid back" })).status).toBe(200);
    expect(await getJson("/sagas?late_signals=true")).toMatchObject({ items: [] });
  });

  it("answers 503 for a saga whose version is not registered: its sender tries again", async () => {
    const { earlier, next } = setUpNextVersion(["next"]);
    const { path } = await earlier.start("A-1");
    const { post } = next();
    for (const to of [`${path}/signals/wait-for-payment`, "/signals/ticket/wait-for-payment/A-1"]) {
      const reply = await post(to, paid);
      expect([reply.headers.get("retry-after"), ...(await statusAndType(reply))]).toEqual(["1", 503, "signal-not-readable"]);
    }
  });

  it("answers 404 to a signal that no step takes, and 409 where there is no wait to end and no signal to acknowledge", async () => {
    const { start, post } = setUp();
    const path = `/sagas/${String((await bodyOf(await start()))["saga_id"])}`;
    expect(await statusAndType(await post(`${path}/signals/pay`, {}))).toEqual([404, "not-found"]);
    expect(await statusAndType(await post("/signals/seat/pay/A-1", {}))).toEqual([404, "not-found"]);
    expect(await statusAndType(await post(`${path}/end-wait`, { step: "pay", note: "x" }))).toEqual([409, "operation-refused"]);
    expect(await statusAndType(await post(`${path}/acknowledge`, {}))).toEqual([409, "operation-refused"]);
  });
});

describe("an API of a definition with waits", () => {
  it("documents each problem of theirs", async () => {
    const text = JSON.stringify(await setUpTickets().getJson("/openapi.json"));
    for (const type of ["signal-late", "correlation-unknown", "correlation-taken", "too-many-signals", "signal-not-readable"])
      expect([type, Object.keys(problemTypes).includes(type), text.includes(`"${type}"`)]).toEqual([type, true, true]);
  });
});
