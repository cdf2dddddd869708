import { unavailable } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, settle, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";
import { sagaInDoubt, waitingSaga } from "../testing/seat-scenarios.ts";

describe("POST /sagas/{saga_id}/cancel", () => {
  it("answers 202 with a Location, and the saga is undone", async () => {
    const { post, path, getJson } = await waitingSaga();
    const response = await post(`${path}/cancel`, { by: "ada", note: "wrong seat" });
    expect([response.status, response.headers.get("location"), response.headers.get("retry-after")]).toEqual([202, path, "1"]);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "cancelled", steps: [{ status: "undone" }, { status: "skipped" }] });
    const { items } = await getJson(`${path}/events`);
    expect(items).toContainEqual(
      expect.objectContaining({ type: "cancel-requested", data: expect.objectContaining({ by: "ada", note: "wrong seat" }) }),
    );
  });

  it("needs no body, with or without a Content-Type", async () => {
    const { request, path } = await waitingSaga();
    expect((await request(`${path}/retry`, { method: "POST" })).status).toBe(202);
    const headers = { "content-type": "application/json" };
    expect((await request(`${path}/cancel`, { method: "POST", headers, body: "" })).status).toBe(202);
  });

  it("hides the operator's name and reason from the caller of the saga", async () => {
    const { answers, post, start, getJson } = setUp({ attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    const answering = start();
    await settle();
    const [saga] = z.array(z.looseObject({ saga_id: z.string() })).parse((await getJson("/sagas"))["items"]);
    await post(`/sagas/${saga?.saga_id}/cancel`, { by: "ada", note: "suspected of fraud" });
    const reply = await bodyOf(await answering);
    expect(reply).toMatchObject({ type: "saga-cancelled", reason: "it was cancelled" });
    expect(JSON.stringify(reply)).not.toMatch(/ada|fraud/);
  });

  it("answers 409 once the saga has ended, and once its pivot may have been sent", async () => {
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
    expect(await statusAndType(await post(`/sagas/${String(paying["saga_id"])}/cancel`, {}))).toEqual([409, "operation-refused"]);
  });

  it("answers 404 for an id that no saga has, and 503 while the orchestrator is stopping", async () => {
    const { post, path, engine } = await waitingSaga();
    expect(await statusAndType(await post(`/sagas/${unknownId}/cancel`, {}))).toEqual([404, "not-found"]);
    await engine.drain(0);
    const draining = await post(`${path}/cancel`, {});
    expect(draining.headers.get("retry-after")).toBe("1");
    expect(await statusAndType(draining)).toEqual([503, "draining"]);
  });
});

describe("POST /sagas/{saga_id}/retry", () => {
  it("retries a waiting call at once", async () => {
    const { answers, post, path, getJson } = await waitingSaga();
    delete answers.pay;
    expect((await post(`${path}/retry`, {})).status).toBe(202);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "completed" });
  });

  it("answers 409 if the call could be applied twice", async () => {
    const { post, path, getJson } = await sagaInDoubt();
    expect(await statusAndType(await post(`${path}/retry`, {}))).toEqual([409, "operation-refused"]);
    expect(await getJson(path)).toMatchObject({ status: "needs_intervention" });
  });
});

describe("POST /sagas/{saga_id}/resolve", () => {
  it("completes a saga whose call was applied, with the result of the step", async () => {
    const { post, path, getJson } = await sagaInDoubt();
    const response = await post(`${path}/resolve`, {
      step: "pay",
      applied: true,
      result: { ticket: 9 },
      note: "seen there",
      by: "ada",
    });
    expect(response.status).toBe(200);
    const { event_seq: seq } = await bodyOf(response);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "completed", data: { ticket: 9 } });
    const { items } = await getJson(`${path}/events?after=${Number(seq) - 1}&limit=1`);
    expect(items).toMatchObject([{ seq, type: "resolved", data: { by: "ada", note: "seen there" } }]);
  });

  it('accepts "not applied" once no attempt can arrive any more, and says before when that will be', async () => {
    const { post, path, clock, getJson } = await sagaInDoubt();
    const answer = { step: "pay", applied: false, note: "not there" };
    const early = await bodyOf(await post(`${path}/resolve`, answer));
    expect(early).toMatchObject({ type: "operation-refused", allowed_from: "2026-01-01T00:05:00.000Z" });
    clock.advanceBy(300_000);
    expect((await post(`${path}/resolve`, answer)).status).toBe(200);
    await settle();
    expect(await getJson(path)).toMatchObject({ status: "cancelled" });
  });

  it("answers 409 for another step, and for a running saga", async () => {
    const { post, path } = await sagaInDoubt();
    const other = await bodyOf(await post(`${path}/resolve`, { step: "reserve", applied: true, note: "n" }));
    expect(other).toMatchObject({ status: 409, detail: expect.stringContaining("is the step pay, not reserve") });
    const running = await waitingSaga();
    expect(await statusAndType(await running.post(`${running.path}/resolve`, { step: "pay", applied: true, note: "n" }))).toEqual(
      [409, "operation-refused"],
    );
  });

  it.for<[object, string]>([
    [{ step: "pay", applied: true, note: "n" }, "/result/ticket"],
    [{ step: "pay", applied: true, note: "n", result: { ticket: "nine" } }, "/result/ticket"],
    [{ step: "pay", applied: "yes", note: "n" }, "/applied"],
    [{ step: "pay", applied: true }, "/note"],
    [{ applied: true, note: "n" }, "/step"],
    [{ step: "pay", applied: true, note: "n", aplied: false }, "/aplied"],
  ])("refuses %j, and changes nothing", async ([answer, pointer]) => {
    const { post, path, getJson } = await sagaInDoubt();
    const before = await getJson(path);
    const response = await post(`${path}/resolve`, answer);
    expect(await bodyOf(response)).toMatchObject({ status: 422, type: "invalid-request", errors: [{ pointer }] });
    expect(await getJson(path)).toEqual(before);
  });
});
