import { done, type Outcome, rejected, UnreadableSaga, unknown } from "saga-core";
import { MemoryJournal } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bodyOf, setUp } from "../testing/seat-app.ts";
import { sagaSchema } from "./saga-view.ts";

describe("the sagas", () => {
  it("are listed newest first, a page at a time, each once", async () => {
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

  it("are listed each once, also while others start", async () => {
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

  it("are filtered by definition, status and state", async () => {
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

  it("are found by the step that they are about, by time, and by what is in them", async () => {
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
    ["cursor=nonsense", "/cursor"],
    ["order=desc", "/order"],
  ])("refuse ?%s, and point to it", async ([query, pointer]) => {
    const response = await setUp().request(`/sagas?${query}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: "invalid-request", errors: [{ pointer }] });
  });

  it("have an ETag that changes with every event", async () => {
    const { answers, clock, start, request } = setUp();
    const reserving = Promise.withResolvers<Outcome>();
    answers.reserve = () => reserving.promise;
    const { saga_id } = await bodyOf(await start({ prefer: "respond-async" }));
    const etag = async () => (await request(`/sagas/${String(saga_id)}`)).headers.get("etag");
    const before = await etag();
    expect(await etag()).toBe(before);
    reserving.resolve(done());
    await new Promise((resolve) => setTimeout(resolve));
    clock.advanceBy(1);
    expect(await etag()).not.toBe(before);
    const asked = async (tags: string) =>
      (await request(`/sagas/${String(saga_id)}`, { headers: { "if-none-match": tags } })).status;
    const now = await etag();
    expect([await asked(`"x", W/${now}`), await asked(String(before))]).toEqual([304, 200]);
  });

  it("that wait have an ETag that changes with what is said of them, as time passes", async () => {
    const { answers, clock, start, request } = setUp();
    answers.pay = async () => unknown("half an answer", { defect: true });
    const { saga_id } = await bodyOf(await start());
    const etag = async () => (await request(`/sagas/${String(saga_id)}`)).headers.get("etag");
    const before = await etag();
    clock.advanceBy(300_000);
    expect(await etag()).not.toBe(before);
  });

  it("that cannot be read are told to the log, and do not hide the others", async () => {
    const { start, getJson, engine, errors } = setUp();
    const [first] = [await bodyOf(await start()), await bodyOf(await start())];
    const get = engine.get.bind(engine);
    engine.get = (id) => (id === first["saga_id"] ? Promise.reject(new UnreadableSaga("corrupt")) : get(id));
    expect(await getJson("/sagas")).toMatchObject({ items: [{ saga_id: "00000000-0000-7000-8000-000000000002" }] });
    expect(errors).toEqual([new UnreadableSaga("corrupt")]);
  });
});

describe("a defect of ours", () => {
  it("is told to the log, and not to the client", async () => {
    class Unlistable extends MemoryJournal {
      override list(): Promise<readonly string[]> {
        return Promise.reject(new Error("the inside"));
      }
    }
    const { request, errors } = setUp({ journal: new Unlistable() });
    const response = await request("/sagas");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("the inside");
    expect(errors).toEqual([new Error("the inside")]);
  });
});
