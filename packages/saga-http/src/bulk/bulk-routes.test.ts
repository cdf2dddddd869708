import { unavailable, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, setUp } from "../testing/seat-app.ts";

const settle = () => new Promise((resolve) => setTimeout(resolve));
const nobody = "00000000-0000-7000-8000-000000000099";

/** One saga that is completed, and two that wait for their payment. */
async function three() {
  const parts = setUp({ attemptsMax: 5 });
  const ids = [String((await bodyOf(await parts.start()))["saga_id"])];
  parts.answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
  for (let count = 0; count < 2; count += 1)
    ids.push(String((await bodyOf(await parts.start({ prefer: "respond-async" })))["saga_id"]));
  await settle();
  const statuses = async () => Promise.all(ids.map(async (id) => (await parts.getJson(`/sagas/${id}`))["status"]));
  return { ...parts, ids, statuses };
}

describe("an operation on many sagas", () => {
  it("shows in a preview what it would do to each, and does nothing", async () => {
    const { post, ids, statuses } = await three();
    const response = await post("/sagas/cancel", { saga_ids: [...ids, nobody], preview: true });
    expect(response.status).toBe(200);
    const cancelled = expect.objectContaining({ calls: [{ step: "reserve", action: "rollback" }], status: "cancelled" });
    expect(await response.json()).toEqual({
      preview: true,
      items: [
        { saga_id: ids[0], accepted: false, reason: expect.stringContaining("has ended") },
        { saga_id: ids[1], accepted: true, consequence: cancelled },
        { saga_id: ids[2], accepted: true, consequence: cancelled },
        { saga_id: nobody, accepted: false, reason: `There is no saga ${nobody}.` },
      ],
      next_cursor: null,
    });
    await settle();
    expect(await statuses()).toEqual(["completed", "running", "running"]);
  });

  it("gives a result for each, and one that is refused keeps no other from it", async () => {
    const { post, ids, statuses } = await three();
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids, by: "ada" }));
    expect(items).toMatchObject([{ accepted: false }, { accepted: true }, { accepted: true }]);
    await settle();
    expect(await statuses()).toEqual(["completed", "cancelled", "cancelled"]);
  });

  it("is done to the sagas that a filter finds", async () => {
    const { answers, post, ids, statuses } = await three();
    delete answers.pay;
    const { items } = await bodyOf(await post("/sagas/retry", { where: { status: "running", step: "pay" } }));
    expect(items).toMatchObject([
      { saga_id: ids[2], accepted: true },
      { saga_id: ids[1], accepted: true },
    ]);
    await settle();
    expect(await statuses()).toEqual(["completed", "completed", "completed"]);
  });

  it("gives many sagas the same answer, where it is for their step", async () => {
    const { post, ids } = await three();
    const answer = { saga_ids: ids, step: "reserve", applied: true, note: "seen there", preview: true };
    const { items } = await bodyOf(await post("/sagas/resolve", answer));
    expect(items).toMatchObject([
      { accepted: false },
      { accepted: false, reason: expect.stringContaining("is running") },
      { accepted: false },
    ]);
  });

  it("says in a preview that a step must be told what it gave, one saga at a time", async () => {
    const parts = setUp();
    parts.answers.pay = async () => unknown("half an answer", { defect: true });
    const { saga_id } = await bodyOf(await parts.start());
    const answer = { saga_ids: [saga_id], step: "pay", applied: true, note: "seen there" };
    for (const preview of [true, false]) {
      const { items } = await bodyOf(await parts.post("/sagas/resolve", { ...answer, preview }));
      expect(items).toMatchObject([{ accepted: false, reason: expect.stringContaining('The result of "pay" does not fit') }]);
    }
    const withResult = await parts.post("/sagas/resolve", { ...answer, result: { ticket: 1 } });
    expect(await bodyOf(withResult)).toMatchObject({ status: 422, errors: [{ pointer: "/result" }] });
  });

  it("goes on with the sagas that are left, where more fit than are asked at once", async () => {
    const { answers, start, post } = setUp({ sagasInFlightMax: 1_000, attemptsMax: 5 });
    answers.pay = async () => unavailable("503", { retryAfterMs: 10_000 });
    for (let count = 0; count < 203; count += 1) await (await start({ prefer: "respond-async" })).body?.cancel();
    await settle();
    const seen: unknown[] = [];
    let cursor: unknown;
    do {
      const asked = { where: { status: "running" }, preview: true, ...(cursor !== undefined && { cursor }) };
      const { items, next_cursor } = await bodyOf(await post("/sagas/cancel", asked));
      seen.push(...z.array(z.object({ saga_id: z.string() })).parse(items));
      cursor = next_cursor;
    } while (cursor !== null);
    expect(new Set(seen.map((item) => JSON.stringify(item))).size).toBe(203);
  });

  it("is done to the others where a defect meets one", async () => {
    const { post, ids, engine, errors, statuses } = await three();
    const cancel = engine.cancel.bind(engine);
    engine.cancel = (id, asking) => (id === ids[1] ? Promise.reject(new Error("the inside")) : cancel(id, asking));
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids }));
    expect(items).toMatchObject([
      { accepted: false },
      { accepted: false, reason: "A defect; the log says more." },
      { accepted: true },
    ]);
    expect(errors).toEqual([new Error("the inside")]);
    await settle();
    expect(await statuses()).toEqual(["completed", "running", "cancelled"]);
  });

  it.for<[string, object, string]>([
    ["of what is no object", [], ""],
    ["of no saga", {}, ""],
    ["both of ids and of a filter", { saga_ids: [nobody], where: {} }, ""],
    ["of an empty list", { saga_ids: [] }, "/saga_ids"],
    ["of what is no id", { saga_ids: ["seven"] }, "/saga_ids/0"],
    ["of a filter that there is not", { where: { colour: "red" } }, "/where/colour"],
    ["with a preview that is none", { saga_ids: [nobody], preview: "yes" }, "/preview"],
  ])("%s is refused", async ([, body, pointer]) => {
    const response = await setUp().post("/sagas/cancel", body);
    expect(await bodyOf(response)).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});
