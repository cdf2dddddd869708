import { rejected, UnreadableSaga } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, setUp } from "../testing/seat-app.ts";
import { sagaSchema } from "./saga-view.ts";

describe("GET /sagas", () => {
  it("lists each saga once, newest first, a page at a time", async () => {
    const { start, getJson } = setUp();
    for (let count = 0; count < 5; count += 1) await (await start()).body?.cancel();
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let page = 0; page < 3; page += 1) {
      const { items, next_cursor } = await getJson(`/sagas?limit=2${cursor === undefined ? "" : `&cursor=${String(cursor)}`}`);
      seen.push(
        ...z
          .array(sagaSchema)
          .parse(items)
          .map(({ saga_id }) => saga_id.slice(-1)),
      );
      cursor = next_cursor;
    }
    expect(seen).toEqual(["5", "4", "3", "2", "1"]);
    expect(cursor).toBeNull();
  });

  it("lists each saga once, even while others start", async () => {
    const { start, getJson } = setUp();
    for (let count = 0; count < 6; count += 1) await (await start()).body?.cancel();
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const { items, next_cursor } = await getJson(`/sagas?limit=2${cursor === undefined ? "" : `&cursor=${String(cursor)}`}`);
      const ids = z
        .array(sagaSchema)
        .parse(items)
        .map(({ saga_id }) => saga_id.slice(-1));
      seen.push(...ids);
      cursor = next_cursor;
      await (await start()).body?.cancel();
    } while (cursor !== null);
    expect(seen).toEqual(["6", "5", "4", "3", "2", "1"]);
  });

  it("filters by definition, status and state", async () => {
    const { answers, start, getJson } = setUp();
    await (await start()).body?.cancel();
    answers.reserve = async () => rejected("sold out");
    await (await start()).body?.cancel();
    const count = async (query: string) => z.array(sagaSchema).parse((await getJson(`/sagas?${query}`))["items"]).length;
    expect(await count("status=cancelled")).toBe(1);
    expect(await count("state=COMPLETED")).toBe(1);
    expect(await count("definition=seat")).toBe(2);
    expect(await count("definition=other")).toBe(0);
  });

  it("filters by step, by time, and by a text in the input or the data", async () => {
    const { answers, clock, start, getJson } = setUp();
    const begun = new Date(clock.now()).toISOString();
    answers.pay = async () => rejected("no funds");
    await (await start({}, '{"seat":17}')).body?.cancel();
    clock.advanceBy(60_000);
    delete answers.pay;
    await (await start({}, '{"seat":18}')).body?.cancel();
    const seats = async (query: string) =>
      z
        .array(sagaSchema)
        .parse((await getJson(`/sagas?${query}`))["items"])
        .map(({ input }) => input["seat"]);
    expect(await seats("step=pay")).toEqual([17]);
    expect(await seats("text=17")).toEqual([17]);
    expect(await seats("text=7")).toEqual([18]);
    expect(await seats(`created_from=${begun}`)).toEqual([18, 17]);
    expect(await seats("created_before=2026-01-01T00:00:30Z")).toEqual([17]);
    expect(await seats(`updated_from=${encodeURIComponent("2026-01-01T01:00:30+01:00")}`)).toEqual([18]);
  });

  it.for<[string, string]>([
    ["created_from=yesterday", "/created_from"],
    ["updated_before=2026-01-01", "/updated_before"],
    ["text=", "/text"],
    ["limit=0", "/limit"],
    ["limit=201", "/limit"],
    ["limit=ten", "/limit"],
    ["limit=1.5", "/limit"],
    ["status=done", "/status"],
    ["waiting_for=a&waiting_for=b", "/waiting_for"],
    ["late_signals=false", "/late_signals"],
    ["late_signals=", "/late_signals"],
    ["late_signals=true&late_signals=true", "/late_signals"],
    ["cursor=nonsense", "/cursor"],
    ["order=desc", "/order"],
    ["step=a&step=b", "/step"],
  ])("refuses ?%s with a pointer to the parameter", async ([query, pointer]) => {
    const response = await setUp().request(`/sagas?${query}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: "invalid-request", errors: [{ pointer }] });
  });

  it("logs a saga that cannot be read, and lists the others", async () => {
    const { start, getJson, engine, errors } = setUp();
    const [first] = [await bodyOf(await start()), await bodyOf(await start())];
    const get = engine.get.bind(engine);
    engine.get = (id) => (id === first["saga_id"] ? Promise.reject(new UnreadableSaga("corrupt")) : get(id));
    expect(await getJson("/sagas")).toMatchObject({ items: [{ saga_id: "00000000-0000-7000-8000-000000000002" }] });
    expect(errors).toEqual([new UnreadableSaga("corrupt")]);
  });
});
