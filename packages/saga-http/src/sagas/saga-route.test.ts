import { done, type Outcome, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { bodyOf, settle, setUp, statusAndType, unknownId } from "../testing/seat-app.ts";

describe("GET /sagas/{saga_id}", () => {
  it("has an ETag that changes with every event, and answers 304 when nothing has changed", async () => {
    const { answers, clock, start, request } = setUp();
    const reserving = Promise.withResolvers<Outcome>();
    answers.reserve = () => reserving.promise;
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    const etag = async () => (await request(`/sagas/${String(saga_id)}`)).headers.get("etag");
    const before = await etag();
    expect(await etag()).toBe(before);
    reserving.resolve(done());
    await settle();
    clock.advanceBy(1);
    expect(await etag()).not.toBe(before);
    const statusWith = async (tags: string) =>
      (await request(`/sagas/${String(saga_id)}`, { headers: { "if-none-match": tags } })).status;
    const now = await etag();
    expect([await statusWith(`"x", W/${now}`), await statusWith(String(before))]).toEqual([304, 200]);
  });

  it("has an ETag that changes with the explanation, as time passes", async () => {
    const { answers, clock, start, request } = setUp();
    answers.pay = async () => unknown("half an answer", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const etag = async () => (await request(`/sagas/${String(saga_id)}`)).headers.get("etag");
    const before = await etag();
    clock.advanceBy(300_000);
    expect(await etag()).not.toBe(before);
  });

  it("answers 404 for an id that no saga has", async () => {
    expect(await statusAndType(await setUp().request(`/sagas/${unknownId}`))).toEqual([404, "not-found"]);
  });
});
