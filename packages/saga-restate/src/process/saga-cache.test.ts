import { JournalError, rejected, type SagaEvent, statusOf, unknown } from "saga-core";
import { fold, foundMatches, pageOf, readHistory, type SagaQuery, type SearchOptions, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { EventList } from "../objects/event-list.ts";
import { recordOf } from "../objects/saga-record.ts";
import { ServiceNames } from "../objects/service-names.ts";
import type { RecordedSaga } from "../restate/restate-ingress.ts";
import { LocalSagas } from "./local-sagas.ts";
import { SagaCache } from "./saga-cache.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const running = { limit: 2, status: "running" } as const;

/** The first step is rejected, which ends the saga. */
function historyOf(id: string): readonly SagaEvent[] {
  const action = { step: "order", action: "run", attempt: 1 } as const;
  return [
    startOf(controller, { id, at: 1, input: {}, idempotencyKey: undefined, trace: undefined }),
    { type: "answered", at: 2, ...action, outcome: rejected("no"), random: 0 },
    { type: "closing-recorded", at: 3 },
  ];
}

function after(events: readonly SagaEvent[]) {
  const saga = fold(controller, events);
  if (!saga) throw new TypeError("These are no events.");
  return { saga, controller };
}

function idAt(at: number): string {
  return `00000000-0000-7000-8000-${String(at).padStart(12, "0")}`;
}

/** Written sagas, and a count of the requests for them. */
class FakeRestate {
  hasParts = false;
  looks = 0;
  sql = 0;
  readonly #written = new Map<string, readonly SagaEvent[]>();

  /** The oldest first. */
  write(id: string, events: readonly SagaEvent[]): void {
    this.#written.set(id, events);
  }

  /** Each part has one event, and a look gives one part. */
  async look(_service: string, id: string, part: number): Promise<RecordedSaga | undefined> {
    this.looks += 1;
    const events = this.#written.get(id);
    if (!events) return undefined;
    const parts = this.hasParts ? events.length - 1 : 0;
    const record = recordOf(after(events), "run", { parts, events: events.slice(parts) });
    return { record, earlier: events.slice(part, Math.min(part + 1, parts)), ...(part + 1 < parts && { nextPart: part + 1 }) };
  }

  async list(query: SagaQuery, { signal }: SearchOptions = {}): Promise<readonly string[]> {
    signal?.throwIfAborted();
    const matching = [...this.#written].filter(([, events]) => foundMatches(after(events), query)).map(([id]) => id);
    return pageOf(matching, query);
  }

  async serviceOf(): Promise<undefined> {
    this.sql += 1;
  }
}

function setUp() {
  const restate = new FakeRestate();
  const local = new LocalSagas(10);
  const parts = { controllers: [controller], names: new ServiceNames("test"), ingress: restate, written: restate, local };
  const runs = (id: string) => {
    const [started] = historyOf(id);
    if (started) local.apply(after([started]), started, "run");
    return id;
  };
  return { restate, local, runs, cache: new SagaCache(parts) };
}

describe("the list", () => {
  it("stops looking when nobody waits for it any more", async () => {
    const { cache } = setUp();
    await expect(cache.list({ limit: 1 }, { signal: AbortSignal.abort("gone") })).rejects.toBe("gone");
  });
});

describe("a saga that runs here", () => {
  it("is read without SQL while nothing of it is written, since SQL reads all records", async () => {
    const { cache, runs, restate } = setUp();
    const id = runs(idAt(1));
    expect((await cache.read(id))?.found.saga.id).toBe(id);
    expect(restate.sql).toBe(0);
    expect(await cache.read(idAt(2))).toBeUndefined();
    expect(restate.sql).toBe(1);
  });

  it("is not reported as unknown when it was open at the start of this process and nothing of it is written", async () => {
    const { cache } = setUp();
    cache.setOpenAtStart(new Set([idAt(1)]));
    await expect(cache.read(idAt(1))).rejects.toThrow(JournalError);
    expect(await cache.read(idAt(2))).toBeUndefined();
  });

  it("is listed beside the written ones, newest first", async () => {
    const { cache, runs, restate } = setUp();
    const ids = [1, 2, 3, 4].map(idAt);
    for (const [at, id] of ids.entries()) {
      if (at % 2 === 0) restate.write(id, historyOf(id).slice(0, 1));
      else runs(id);
    }
    expect(await cache.list({ limit: 3 })).toEqual(ids.toReversed().slice(0, 3));
    expect(await cache.list({ limit: 3, status: "running" })).toEqual(ids.toReversed().slice(0, 3));
  });

  it("is listed beside the written ones, oldest first where that is requested, a page at a time", async () => {
    const { cache, runs, restate } = setUp();
    const ids = [1, 2, 3, 4].map(idAt);
    for (const [at, id] of ids.entries()) {
      if (at % 2 === 0) restate.write(id, historyOf(id).slice(0, 1));
      else runs(id);
    }
    const oldest = { limit: 3, order: "oldest" } as const;
    expect(await cache.list(oldest)).toEqual(ids.slice(0, 3));
    expect(await cache.list({ ...oldest, phase: "forward", after: ids[0] })).toEqual(ids.slice(1));
    expect(await cache.list({ ...oldest, limit: 1, after: ids[0] })).toEqual(ids.slice(1, 2));
    expect(await cache.list({ ...oldest, phase: "retrying" })).toEqual([]);
  });

  it("is shown as it ended in another process, and is looked for there only once", async () => {
    const { cache, runs, restate, local } = setUp();
    const ids = [1, 2, 3].map(idAt).map(runs);
    for (const id of ids.slice(1)) restate.write(id, historyOf(id));
    expect(await cache.list(running)).toEqual(ids.slice(0, 1));
    expect(ids.map((id) => local.get(id) !== undefined)).toEqual([true, false, false]);
    const { looks } = restate;
    expect(await cache.list(running)).toEqual(ids.slice(0, 1));
    expect(restate.looks).toBe(looks + 1);
    const ended = await cache.read(idAt(3));
    expect(ended && statusOf(ended.found.saga)).toBe("cancelled");
  });
});

describe("the history of a saga", () => {
  it("is read a part at a time, and given in pages", async () => {
    const { cache, restate } = setUp();
    restate.hasParts = true;
    const id = idAt(1);
    const events = historyOf(id);
    restate.write(id, events);
    const page = await cache.history(id, { after: 1, limit: 1 });
    expect(restate.looks).toBe(2);
    expect(page?.entries.map(({ seq, event, saga }) => [seq, event.type, saga.seq])).toEqual([[2, "answered", 2]]);
    expect(page?.found.saga.seq).toBe(events.length);
    expect((await cache.history(id))?.entries.map(({ event }) => event)).toEqual(events);
    expect((await cache.history(id, { after: events.length }))?.entries).toEqual([]);
    expect(await cache.history(idAt(2))).toBeUndefined();
  });

  it("is that of this process where it knows more than is written", async () => {
    const { cache, restate, local, runs } = setUp();
    const id = runs(idAt(1));
    const events = historyOf(id);
    restate.write(id, events.slice(0, 1));
    for (const { event, saga } of readHistory(controller, id, events).entries) local.apply({ saga, controller }, event, "run");
    expect((await cache.history(id))?.entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await cache.history(id, { after: 2 }))?.entries.map(({ event }) => event.type)).toEqual(["closing-recorded"]);
  });

  it("is that in Restate where another process has gone on, although this one has more events of it", async () => {
    const { cache, restate, local, runs } = setUp();
    const id = runs(idAt(1));
    const failed = [1, 2, 3].map((attempt): SagaEvent => {
      return { type: "answered", at: 2, step: "order", action: "run", attempt, outcome: unknown("lost"), random: 0 };
    });
    const events = [...historyOf(id).slice(0, 1), ...failed];
    for (const { event, saga } of readHistory(controller, id, events.slice(0, 3)).entries)
      local.apply({ saga, controller }, event, "run");
    const list = new EventList(2);
    for (const entry of readHistory(controller, id, events).entries) list.add(entry);
    restate.write(id, list.events);
    expect(list.events).toHaveLength(2);
    expect((await cache.history(id))?.entries.map(({ seq }) => seq)).toEqual([1, 4]);
    expect((await cache.read(id))?.found.saga.seq).toBe(4);
    expect(local.get(id)).toBeUndefined();
  });
});
