import { unavailable } from "saga-core";
import { describe, expect, it } from "vitest";
import { bodyOf, setUp } from "./testing/seat-app.ts";

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
      more: false,
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

  it.for<[string, object, string]>([
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
