import { Controller, chain, defaultPolicy, done, EmbeddedEngine, type Outcome, PivotHandler, rejected, unknown } from "saga-core";
import { MemoryJournal, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sagaApp } from "../saga-app.ts";
import { dataOf, readMessages, stream } from "../testing/event-stream.ts";
import { bodyOf, checkedRequest, settle } from "../testing/seat-app.ts";

const NEEDLE = "needle-in-the-hay";
const input = z.object({ card: z.object({ number: z.string(), holder: z.string() }) }).meta({
  example: { card: { number: "0", holder: "Ada" } },
});
const receipt = z.object({ code: z.string(), total: z.int(), place: z.string() });
const result = receipt.meta({ example: { code: "0", total: 1, place: "A" } });
type Input = z.output<typeof input>;

class Pay extends PivotHandler<Input, z.output<typeof receipt>> {
  override readonly step = "pay";
  override readonly words = { state: "PAYING", done: "Paid", failed: "NotPaid" };
  override readonly participant = { name: "bank", keyed: true };
  override readonly gives = receipt;

  override async run({ card: { number, holder } }: Input): Promise<Outcome<z.output<typeof receipt>>> {
    if (holder === "nobody") return rejected(`402 the card ${number} is not known`);
    if (holder === "lost") return unknown(`no answer for the card ${number}`, { defect: true });
    return done({ code: `code-of-${number}`, total: 3, place: `for ${number}` });
  }

  override whatIsKnown(data: Readonly<Record<string, unknown>>): string {
    return `The bank lists it at /cards/${input.parse(data).card.number}.`;
  }
}

const payChain = () => chain(input).step(new Pay());

class PaySagaController extends Controller<ReturnType<typeof payChain>> {
  constructor(version = 1, secret: readonly ("card.number" | "code" | "total")[] = ["card.number", "code"]) {
    super({ name: "pay", version, chain: payChain(), policy: defaultPolicy, secret });
  }
}

function setUp({ journal = new MemoryJournal(), controller = new PaySagaController() } = {}) {
  const clock = new SimulatedClock();
  let ids = 0;
  const engine = new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0,
    newId: () => {
      ids += 1;
      return `00000000-0000-7000-8000-${String(ids).padStart(12, "0")}`;
    },
    sagasInFlightMax: 100,
    onDefect: () => undefined,
  });
  const app = sagaApp({
    info: { title: "Pay", version: "1" },
    engine,
    index: journal,
    clock,
    resources: [{ controller, input, result }],
    syncWaitMsMax: 5_000,
    onError: () => undefined,
  });
  const request = (path: string, init?: RequestInit) => checkedRequest(app, path, init);
  const start = async (number: string, holder = "Ada") => {
    const body = JSON.stringify({ card: { number, holder } });
    return await bodyOf(await request("/saga/pay", { method: "POST", headers: { "content-type": "application/json" }, body }));
  };
  return { clock, engine, journal, request, start };
}

const page = z.object({
  items: z.array(z.looseObject({ input: z.object({ card: z.object({ number: z.string(), holder: z.string() }) }) })),
  next_cursor: z.string().nullable(),
});

describe("what is secret", () => {
  it("has a mask in its place in the reply to the start, in the saga and in its events", async () => {
    const { start, request } = setUp();
    const { saga_id: id, ...reply } = await start(NEEDLE);
    expect(reply).toMatchObject({ code: "•••", total: 3, place: "for •••", status: "OK" });
    const saga = await bodyOf(await request(`/sagas/${String(id)}`));
    expect(saga).toMatchObject({
      input: { card: { number: "•••", holder: "Ada" } },
      data: { code: "•••", total: 3, place: "for •••" },
    });
    const events = await (await request(`/sagas/${String(id)}/events`)).text();
    expect(events).toContain('"result":{"code":"•••","total":3,"place":"for •••"}');
    expect(JSON.stringify([reply, saga, events])).not.toContain(NEEDLE);
  });

  it("is hidden in what a participant said of it", async () => {
    const { start, request } = setUp();
    const reply = await start(NEEDLE, "nobody");
    expect(reply).toMatchObject({ reason: "402 the card ••• is not known", state: "CANCELLED" });
    const saga = await bodyOf(await request(`/sagas/${String(reply["saga_id"])}`));
    expect(saga).toMatchObject({ steps: [{ last_error: { reason: "402 the card ••• is not known" } }] });
  });

  it("is hidden in why a saga needs a human, also in what its definition says", async () => {
    const { start, request } = setUp();
    const reply = await start(NEEDLE, "lost");
    const saga = await bodyOf(await request(`/sagas/${String(reply["saga_id"])}`));
    const parameters = { seen: "no answer for the card •••", known: "The bank lists it at /cards/•••." };
    expect(saga).toMatchObject({ reasons: [{ code: "defect", parameters }] });
    expect(JSON.stringify([reply, saga])).not.toContain(NEEDLE);
  });

  it("is found by no search, and makes no cursor either: the pages have the other sagas that match", async () => {
    const { start, request } = setUp();
    for (const [number, holder] of [
      [NEEDLE, "1"],
      ["x", `${NEEDLE} 2`],
      [NEEDLE, "3"],
      ["x", `${NEEDLE} 4`],
      [NEEDLE, "5"],
      ["x", `${NEEDLE} 6`],
      [NEEDLE, "7"],
    ] as const)
      await start(number, holder);
    const read = async (order: string, cursor: string | null) => {
      const more = cursor === null ? "" : `&cursor=${cursor}`;
      return page.parse(await bodyOf(await request(`/sagas?text=${NEEDLE}&limit=2&order=${order}${more}`)));
    };
    for (const [order, expected] of [
      ["newest", [[`${NEEDLE} 6`, `${NEEDLE} 4`], [`${NEEDLE} 2`]]],
      ["oldest", [[`${NEEDLE} 2`, `${NEEDLE} 4`], [`${NEEDLE} 6`]]],
    ] as const) {
      const first = await read(order, null);
      const second = await read(order, first.next_cursor);
      const holders = [first, second].map(({ items }) => items.map((saga) => saga.input.card.holder));
      expect(holders).toEqual(expected);
      expect(second.next_cursor).toBeNull();
    }
    const only = page.parse(await bodyOf(await request("/sagas?text=code-of&limit=1")));
    expect(only).toEqual({ items: [], next_cursor: null });
  });

  it("is in no message of a stream of sagas, and makes no saga fit its filter", async () => {
    const { start, request, clock } = setUp();
    const all = readMessages(await request("/sagas", { headers: stream }), clock);
    const some = readMessages(await request(`/sagas?text=${NEEDLE}`, { headers: stream }), clock);
    expect([await all.next(), await some.next()]).toEqual([": open", ": open"]);
    await start(NEEDLE, "1");
    await start("x", NEEDLE);
    expect(dataOf(await all.next())).toMatchObject({ input: { card: { number: "•••", holder: "1" } } });
    expect(dataOf(await some.next())).toMatchObject({ input: { card: { holder: NEEDLE } } });
    await Promise.all([all.cancel(), some.cancel()]);
  });

  it("stays so where its saga cannot be read, because its version is not registered", async () => {
    const first = new MemoryJournal();
    const { engine } = setUp({ journal: first });
    const { id, accepted } = await engine.start({ definition: "pay", input: { card: { number: NEEDLE, holder: "Ada" } } });
    await accepted;
    const next = setUp({ journal: first.crash(), controller: new PaySagaController(2, []) });
    await next.engine.resume();
    await settle();
    const saga = await bodyOf(await next.request(`/sagas/${id}`));
    expect(saga).toMatchObject({ status: "needs_intervention", input: { card: { number: "•••", holder: "Ada" } } });
    expect(await bodyOf(await next.request(`/sagas?text=${NEEDLE}`))).toMatchObject({ items: [] });
  });

  it("is secret for sagas that started before it was, too", async () => {
    const journal = new MemoryJournal();
    await setUp({ journal, controller: new PaySagaController(1, []) }).start(NEEDLE);
    await journal.durable();
    const { request } = setUp({ journal });
    expect(await bodyOf(await request("/sagas"))).toMatchObject({ items: [{ input: { card: { number: "•••" } } }] });
  });
});

describe("the result of a resource", () => {
  it("may name no secret member whose schema takes no mask", () => {
    expect(() => setUp({ controller: new PaySagaController(1, ["total"]) })).toThrow(
      'The result of "pay" names its secret member "total", which people see as •••, and its schema takes no such text: leave it out.',
    );
  });
});
