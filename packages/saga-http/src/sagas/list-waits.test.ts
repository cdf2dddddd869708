import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, settle, statusAndType } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";
import { sagaSchema } from "./saga-view.ts";

const paid = { payment_id: 7 };
const DAY_MS = 86_400_000;

function setUpList() {
  const app = setUpTickets();
  const list = async (query: string) => {
    const { items } = await app.getJson(`/sagas?${query}`);
    return z
      .array(sagaSchema)
      .parse(items)
      .map(({ input }) => input["ref"]);
  };
  return { ...app, list };
}

describe("GET /sagas", () => {
  it("lists the sagas that wait at a step", async () => {
    const { start, post, list } = setUpList();
    await start("A-1");
    const { path } = await start("A-2");
    await start("A-3");
    await post(`${path}/signals/wait-for-payment`, paid);
    expect(await list("waiting_for=wait-for-payment")).toEqual(["A-3", "A-1"]);
    expect(await list("waiting_for=wait-for-approval")).toEqual(["A-2"]);
    expect(await list("waiting_for=other")).toEqual([]);
    await post(`${path}/signals/wait-for-approval`, { approved: true });
    expect(await list("waiting_for=wait-for-approval")).toEqual([]);
  });

  it("lists the sagas with late signals until a person has acknowledged them", async () => {
    const { start, post, list, clock } = setUpList();
    const { path } = await start("A-1");
    await start("A-2");
    clock.advanceBy(DAY_MS);
    await settle();
    expect(await list("late_signals=true")).toEqual([]);
    await post(`${path}/signals/wait-for-payment`, paid);
    expect(await list("late_signals=true&status=cancelled")).toEqual(["A-1"]);
    expect(await list("late_signals=true&status=running")).toEqual([]);
    await post(`${path}/acknowledge`, { by: "ada", note: "paid back" });
    expect(await list("late_signals=true")).toEqual([]);
  });

  it("streams a saga that gets a late signal to those who look for such", async () => {
    const { start, post, clock, request } = setUpList();
    const { id, path } = await start("A-1");
    clock.advanceBy(DAY_MS);
    await settle();
    const { next, cancel } = readMessages(await request("/sagas?late_signals=true", { headers: stream }), clock);
    expect(await next()).toBe(": open");
    await post(`${path}/signals/wait-for-payment`, paid);
    expect(dataOf(await next())).toMatchObject({ saga_id: id, late_signals: [{ because: "ended" }] });
    await cancel();
  });
});

describe("a bulk operation", () => {
  it("chooses the sagas that wait at a step by a filter, as the list does", async () => {
    const { start, post, list } = setUpList();
    await start("A-1");
    const where = { waiting_for: "wait-for-payment" };
    const preview = await bodyOf(await post("/sagas/cancel", { where, preview: true }));
    expect(preview).toMatchObject({ items: [{ accepted: true }] });
    await post("/sagas/cancel", { where, token: preview["token"] });
    expect(await list("waiting_for=wait-for-payment")).toEqual([]);
    const wrong = await post("/sagas/cancel", { where: { late_signals: "true" }, preview: true });
    expect(await bodyOf(wrong)).toMatchObject({ errors: [{ pointer: "/where/late_signals", detail: "must be true" }] });
    expect(await statusAndType(await post("/sagas/cancel", { where: { late_signals: true }, preview: true }))).toEqual([
      200,
      undefined,
    ]);
  });
});
