import { unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, settle, setUp, unknownId } from "../testing/seat-app.ts";
import { threeSagas } from "../testing/seat-scenarios.ts";

describe("a bulk operation", () => {
  it("shows in a preview what it would do to each saga, and does nothing", async () => {
    const { post, ids, statuses } = await threeSagas();
    const response = await post("/sagas/cancel", { saga_ids: [...ids, unknownId], preview: true });
    expect(response.status).toBe(200);
    const cancelled = expect.objectContaining({ calls: [{ step: "reserve", action: "rollback" }], status: "cancelled" });
    expect(await response.json()).toEqual({
      preview: true,
      items: [
        { saga_id: ids[0], accepted: false, reason: expect.stringContaining("has ended") },
        { saga_id: ids[1], accepted: true, consequence: cancelled },
        { saga_id: ids[2], accepted: true, consequence: cancelled },
        { saga_id: unknownId, accepted: false, reason: `There is no saga ${unknownId}.` },
      ],
      token: expect.any(String),
      next_cursor: null,
      next_command: `curl 'http://localhost/sagas/cancel' -H 'content-type: application/json' -d '{"saga_ids":["${ids[1]}","${ids[2]}"]}'`,
    });
    await settle();
    expect(await statuses()).toEqual(["completed", "running", "running"]);
  });

  it("returns a result for each saga, and a refusal at one does not stop the others", async () => {
    const { post, ids, statuses } = await threeSagas();
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids, by: "ada" }));
    expect(items).toMatchObject([{ accepted: false }, { accepted: true }, { accepted: true }]);
    await settle();
    expect(await statuses()).toEqual(["completed", "cancelled", "cancelled"]);
  });

  it("tells for each accepted saga the number of the event that it wrote", async () => {
    const { post, ids, getJson } = await threeSagas();
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: ids, by: "ada", note: "sold twice" }));
    const [ended, ...cancelled] = z.array(z.looseObject({ event_seq: z.int().optional() })).parse(items);
    expect(ended).not.toHaveProperty("event_seq");
    for (const [index, { event_seq = 0 }] of cancelled.entries()) {
      const { items: events } = await getJson(`/sagas/${ids[index + 1]}/events?after=${event_seq - 1}&limit=1`);
      const data = { by: "ada", note: "sold twice" };
      expect(events).toMatchObject([{ seq: event_seq, type: "cancel-requested", data }]);
    }
  });

  it("reads an id in either case as the same saga", async () => {
    const { post, ids, getJson, statuses } = await threeSagas();
    const [, , id = ""] = ids;
    const upper = id.replace("7000", "7ABC").toUpperCase();
    const { items } = await bodyOf(await post("/sagas/cancel", { saga_ids: [id, upper] }));
    expect(items).toMatchObject([{ saga_id: id, accepted: true }, { saga_id: upper.toLowerCase() }]);
    await settle();
    expect(await statuses()).toEqual(["completed", "running", "cancelled"]);
    expect(await getJson(`/sagas/${id.toUpperCase()}`)).toMatchObject({ saga_id: id });
  });

  it("refuses a resolution for a saga that does not need it for that step", async () => {
    const { post, ids } = await threeSagas();
    const answer = { saga_ids: ids, step: "reserve", applied: true, note: "seen there", preview: true };
    const { items } = await bodyOf(await post("/sagas/resolve", answer));
    expect(items).toMatchObject([
      { accepted: false },
      { accepted: false, reason: expect.stringContaining("is running") },
      { accepted: false },
    ]);
  });

  it("refuses, also in a preview, to resolve a step that gives a result, which differs from saga to saga", async () => {
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

  it("is performed on the other sagas when one meets a defect", async () => {
    const { post, ids, engine, errors, statuses } = await threeSagas();
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
    ["a body that is no object", [], ""],
    ["no choice of sagas", {}, ""],
    ["both ids and a filter", { saga_ids: [unknownId], where: {} }, ""],
    ["an empty list", { saga_ids: [] }, "/saga_ids"],
    ["an id that is none", { saga_ids: ["seven"] }, "/saga_ids/0"],
    ["an unknown filter", { where: { colour: "red" }, preview: true }, "/where/colour"],
    ["a filter without the token of its preview", { where: {} }, "/token"],
    ["a token that no preview gave", { where: {}, token: "AAAA" }, "/token"],
    ["ids with a token that no preview gave", { saga_ids: [unknownId], token: "AAAA" }, "/token"],
    ["a token in a preview", { where: {}, token: "AAAA", preview: true }, "/token"],
    ["a preview that is no boolean", { saga_ids: [unknownId], preview: "yes" }, "/preview"],
  ])("refuses %s", async ([, body, pointer]) => {
    const response = await setUp().post("/sagas/cancel", body);
    expect(await bodyOf(response)).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});
