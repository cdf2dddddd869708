import { done, unavailable, unknown } from "saga-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, settle, setUp, statusAndType } from "../testing/seat-app.ts";
import { setUpTickets } from "../testing/ticket-app.ts";
import { sagaSchema } from "./saga-view.ts";

const pageSchema = z.object({ items: z.array(sagaSchema), next_cursor: z.string().nullable() });

/** Sagas whose seats say what the participant answers. */
function setUpSeats() {
  const app = setUp({ attemptsMax: 9 });
  const { answers, start, getJson } = app;
  const begin = async (seat: number, answer: (typeof answers)["reserve"]) => {
    if (answer) answers.reserve = answer;
    else delete answers.reserve;
    await (await start({ prefer: "respond-async" }, JSON.stringify({ seat }))).body?.cancel();
    await settle();
  };
  const page = async (query: string) => pageSchema.parse(await getJson(`/sagas?${query}`));
  const seats = async (query: string) => (await page(query)).items.map(({ input }) => input["seat"]);
  return { ...app, begin, page, seats };
}

const away = async () => unavailable("away", { retryAfterMs: 5_000 });
const lost = async () => unknown("no answer", { retryAfterMs: 5_000 });

describe("GET /sagas by what sagas are at", () => {
  it("lists those that are at it now, and says since when", async () => {
    const { begin, seats, page, clock, answers } = setUpSeats();
    const at = (ms: number) => new Date(clock.now() + ms).toISOString();
    const begun = at(0);
    await begin(1, away);
    await begin(2, undefined);
    await begin(3, away);
    await begin(4, () => new Promise<never>(() => undefined));
    expect(await seats("phase=retrying")).toEqual([3, 1]);
    expect(await seats("phase=retrying&definition=seat&text=3")).toEqual([3]);
    expect(await seats("phase=retrying&status=completed")).toEqual([]);
    expect(await seats("phase=forward")).toEqual([4]);
    answers.reserve = away;
    clock.advanceBy(5_000);
    await settle();
    const { items } = await page("phase=retrying&order=oldest");
    expect(items.map(({ input, phase, phase_since }) => [input["seat"], phase, phase_since])).toEqual([
      [1, "retrying", begun],
      [3, "retrying", begun],
    ]);
    answers.reserve = async () => done({});
    clock.advanceBy(5_000);
    await settle();
    expect(await seats("phase=retrying")).toEqual([]);
    const ended = (await page("status=completed")).items;
    expect(ended.length).toBeGreaterThan(2);
    for (const saga of ended) expect([saga.phase, saga.phase_since]).toEqual([undefined, undefined]);
  });

  it("lists each at one thing: a saga that asks for a human is not in doubt besides", async () => {
    const { begin, seats, page } = setUpSeats();
    await begin(1, lost);
    const { items } = await page("");
    const [{ phase, phase_since } = {}] = items;
    expect(phase_since).toBeDefined();
    for (const other of ["needs_intervention", "in_doubt", "undoing", "settling", "retrying", "waiting", "forward"])
      expect(await seats(`phase=${other}`)).toEqual(other === phase ? [1] : []);
  });

  it("streams those that come to it", async () => {
    const { begin, request, clock } = setUpSeats();
    const { next, cancel } = readMessages(await request("/sagas?phase=retrying", { headers: stream }), clock);
    expect(await next()).toBe(": open");
    await begin(1, undefined);
    await begin(2, away);
    expect(dataOf(await next())).toMatchObject({ input: { seat: 2 }, phase: "retrying" });
    await cancel();
  });

  it("finds one that waits since it came there", async () => {
    const { start, getJson, clock } = setUpTickets();
    const begun = new Date(clock.now()).toISOString();
    await start("A-1");
    clock.advanceBy(60_000);
    const { items } = pageSchema.parse(await getJson("/sagas?phase=waiting"));
    expect(items).toMatchObject([{ input: { ref: "A-1" }, phase: "waiting", phase_since: begun }]);
  });

  it("refuses what no saga is at, and says what there is", async () => {
    const reply = await setUpSeats().request("/sagas?phase=stuck");
    expect(reply.status).toBe(422);
    expect(await bodyOf(reply)).toMatchObject({
      errors: [{ pointer: "/phase", detail: expect.stringContaining('"in_doubt"') }],
    });
  });

  it("is a filter of bulk operations too", async () => {
    const { begin, post } = setUpSeats();
    await begin(1, away);
    await begin(2, undefined);
    const { items } = await bodyOf(await post("/sagas/retry", { where: { phase: "retrying" }, preview: true }));
    expect(items).toMatchObject([{ saga_id: "00000000-0000-7000-8000-000000000001", accepted: true }]);
  });
});

describe("GET /sagas in an order", () => {
  async function setUpPages() {
    const app = setUpSeats();
    for (const seat of [1, 2, 3, 4, 5]) await app.begin(seat, undefined);
    return app;
  }

  it.for([
    ["oldest", [1, 2, 3, 4, 5]],
    ["newest", [5, 4, 3, 2, 1]],
  ] as const)("lists each saga once, the %s first, a page at a time, also those that hold a text", async ([order, expected]) => {
    const { page } = await setUpPages();
    for (const filter of ["", "&text=7"]) {
      const seen: unknown[] = [];
      let more = "";
      for (;;) {
        const { items, next_cursor } = await page(`order=${order}&limit=2${filter}${more}`);
        seen.push(...items.map(({ input }) => input["seat"]));
        if (next_cursor === null) break;
        more = `&cursor=${next_cursor}`;
      }
      expect(seen).toEqual(expected);
    }
  });

  it.for([
    ["oldest", ""],
    ["oldest", "&order=newest"],
    ["newest", "&order=oldest"],
  ])("refuses a cursor of the %s first with ?…%s, and says why", async ([given, requested]) => {
    const { page, request } = await setUpPages();
    const { next_cursor } = await page(`order=${given}&limit=2`);
    const reply = await request(`/sagas?cursor=${next_cursor}${requested}`);
    expect(reply.status).toBe(422);
    const detail = expect.stringMatching(`same order: this one is of order=${given}, and order=(?!${given})`);
    expect(await bodyOf(reply)).toMatchObject({ type: "invalid-request", errors: [{ pointer: "/cursor", detail }] });
  });

  it("takes a cursor of an earlier release, which had the newest first", async () => {
    const { seats } = await setUpPages();
    const cursor = btoa("00000000-0000-7000-8000-000000000003").replaceAll("=", "");
    expect(await seats(`cursor=${cursor}`)).toEqual([2, 1]);
    expect(await seats(`cursor=${cursor}&order=newest`)).toEqual([2, 1]);
  });

  it("gives no cursor that a bulk operation takes, which has the newest first, where the oldest are", async () => {
    const { page, post } = await setUpPages();
    const { next_cursor: cursor } = await page("order=oldest&limit=2");
    const body = { where: { status: "running" }, cursor, preview: true };
    expect(await statusAndType(await post("/sagas/cancel", body))).toEqual([422, "invalid-request"]);
  });
});
