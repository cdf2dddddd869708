import { rejected, unavailable, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, setUp } from "../testing/seat-app.ts";

const ARRIVES_WITHIN_MS = 300_000;

/** A saga whose payment is in doubt, and which needs a human for it. */
async function inDoubt() {
  const parts = setUp();
  parts.answers.pay = async () => unknown("half an answer", { defect: true });
  const { saga_id } = await bodyOf(await parts.start());
  return { ...parts, path: `/sagas/${String(saga_id)}`, id: String(saga_id) };
}

/** A saga that waits for its payment to be possible. */
async function waiting() {
  const parts = setUp({ attemptsMax: 5 });
  parts.answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
  const { saga_id } = await bodyOf(await parts.start({ prefer: "respond-async" }));
  await settle();
  return { ...parts, path: `/sagas/${String(saga_id)}`, id: String(saga_id) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

async function told(response: Response): Promise<readonly [number, unknown]> {
  return [response.status, (await bodyOf(response))["type"]];
}

describe("a cancel", () => {
  it("is accepted with 202 and a Location, and the saga is undone", async () => {
    const { post, path, getJson } = await waiting();
    const response = await post(`${path}/cancel`, { by: "ada", note: "wrong seat" });
    expect([response.status, response.headers.get("location"), response.headers.get("retry-after")]).toEqual([202, path, "1"]);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "cancelled", steps: [{ status: "undone" }, { status: "skipped" }] });
    const { items } = await getJson(`${path}/events`);
    expect(items).toContainEqual(
      expect.objectContaining({ type: "cancel-requested", data: expect.objectContaining({ by: "ada", note: "wrong seat" }) }),
    );
  });

  it("needs no body, whatever its type", async () => {
    const { request, path } = await waiting();
    expect((await request(`${path}/retry`, { method: "POST" })).status).toBe(202);
    const headers = { "content-type": "application/json" };
    expect((await request(`${path}/cancel`, { method: "POST", headers, body: "" })).status).toBe(202);
  });

  it("tells the caller of the saga nothing of who asked for it and why", async () => {
    const { answers, post, start, getJson } = setUp({ attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    const answering = start();
    await settle();
    const [saga] = z.array(z.looseObject({ saga_id: z.string() })).parse((await getJson("/sagas"))["items"]);
    await post(`/sagas/${saga?.saga_id}/cancel`, { by: "ada", note: "suspected of fraud" });
    const told = await bodyOf(await answering);
    expect(told).toMatchObject({ type: "saga-cancelled", reason: "it was cancelled" });
    expect(JSON.stringify(told)).not.toMatch(/ada|fraud/);
  });

  it("is 409 once the saga has ended, and once its pivot may have been sent", async () => {
    const { answers, start, post } = setUp();
    const { saga_id } = await bodyOf(await start());
    const response = await post(`/sagas/${String(saga_id)}/cancel`, {});
    expect(await bodyOf(response)).toMatchObject({
      status: 409,
      type: "operation-refused",
      detail: expect.stringContaining("has ended"),
    });
    answers.pay = () => new Promise(() => undefined);
    const paying = await bodyOf(await start({ prefer: "respond-async" }));
    await settle();
    expect(await told(await post(`/sagas/${String(paying["saga_id"])}/cancel`, {}))).toEqual([409, "operation-refused"]);
  });

  it("is 404 for a saga that there is not, and 503 while the orchestrator stops", async () => {
    const { post, path, engine } = await waiting();
    expect(await told(await post("/sagas/00000000-0000-7000-8000-000000000009/cancel", {}))).toEqual([404, "not-found"]);
    await engine.drain(0);
    const draining = await post(`${path}/cancel`, {});
    expect(draining.headers.get("retry-after")).toBe("1");
    expect(await told(draining)).toEqual([503, "draining"]);
  });
});

describe("a retry", () => {
  it("tries now what waits", async () => {
    const { answers, post, path, getJson } = await waiting();
    delete answers.pay;
    expect((await post(`${path}/retry`, {})).status).toBe(202);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "completed" });
  });

  it("is 409 where it could apply a call twice", async () => {
    const { post, path, getJson } = await inDoubt();
    expect(await told(await post(`${path}/retry`, {}))).toEqual([409, "operation-refused"]);
    expect(await getJson(path)).toMatchObject({ status: "needs_intervention" });
  });
});

describe("an answer to an intervention", () => {
  it("that it was applied completes the saga with what the step gave", async () => {
    const { post, path, getJson } = await inDoubt();
    const response = await post(`${path}/resolve`, {
      step: "pay",
      applied: true,
      result: { ticket: 9 },
      note: "seen there",
      by: "ada",
    });
    expect(response.status).toBe(200);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "completed", data: { ticket: 9 } });
  });

  it("that it was not is accepted once no attempt can arrive any more, and says from when", async () => {
    const { post, path, clock, getJson } = await inDoubt();
    const answer = { step: "pay", applied: false, note: "not there" };
    const early = await bodyOf(await post(`${path}/resolve`, answer));
    expect(early).toMatchObject({ type: "operation-refused", allowed_from: "2026-01-01T00:05:00.000Z" });
    clock.advanceBy(ARRIVES_WITHIN_MS);
    expect((await post(`${path}/resolve`, answer)).status).toBe(200);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "cancelled" });
  });

  it("is refused for another step, and for a saga that runs", async () => {
    const { post, path } = await inDoubt();
    const other = await bodyOf(await post(`${path}/resolve`, { step: "reserve", applied: true, note: "n" }));
    expect(other).toMatchObject({ status: 409, detail: expect.stringContaining("is the step pay, not reserve") });
    const running = await waiting();
    expect(await told(await running.post(`${running.path}/resolve`, { step: "pay", applied: true, note: "n" }))).toEqual([
      409,
      "operation-refused",
    ]);
  });

  it.for<[object, string]>([
    [{ step: "pay", applied: true, note: "n" }, "/result/ticket"],
    [{ step: "pay", applied: true, note: "n", result: { ticket: "nine" } }, "/result/ticket"],
    [{ step: "pay", applied: "yes", note: "n" }, "/applied"],
    [{ step: "pay", applied: true }, "/note"],
    [{ applied: true, note: "n" }, "/step"],
    [{ step: "pay", applied: true, note: "n", aplied: false }, "/aplied"],
  ])("%j is refused, and changes nothing", async ([answer, pointer]) => {
    const { post, path, getJson } = await inDoubt();
    const before = await getJson(path);
    const response = await post(`${path}/resolve`, answer);
    expect(await bodyOf(response)).toMatchObject({ status: 422, type: "invalid-request", errors: [{ pointer }] });
    expect(await getJson(path)).toEqual(before);
  });
});

describe("the choices", () => {
  it("say what each leads to before it is made", async () => {
    const { getJson, path } = await inDoubt();
    const { items } = await getJson(`${path}/choices`);
    expect(items).toEqual([
      { choice: "cancel", allowed: false, reason: "its pivot may have been sent: it cannot be called back" },
      { choice: "retry", allowed: false, reason: expect.stringContaining("no help") },
      {
        choice: "applied",
        allowed: true,
        consequence: { calls: [], status: "completed", state: "COMPLETED", explanation: "the saga is completed" },
      },
      {
        choice: "not-applied",
        allowed: false,
        reason: expect.stringContaining("still be on its way"),
        allowed_from: "2026-01-01T00:05:00.000Z",
      },
    ]);
  });

  it("of a saga that has ended are none", async () => {
    const { answers, start, getJson } = setUp();
    answers.reserve = async () => rejected("sold out");
    const { saga_id } = await bodyOf(await start());
    const { items } = await getJson(`/sagas/${String(saga_id)}/choices`);
    expect(items).toEqual(
      ["cancel", "retry", "applied", "not-applied"].map((choice) => ({
        choice,
        allowed: false,
        reason: expect.stringContaining("has ended"),
      })),
    );
  });
});
