import { JournalError, rejected, type SagaEvent, statusOf } from "saga-core";
import { fold, foundMatches, type SagaQuery, type SearchOptions, startOf } from "saga-core/engine";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { recordOf } from "../objects/saga-record.ts";
import { ServiceNames } from "../objects/service-names.ts";
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
  looks = 0;
  sql = 0;
  readonly #written = new Map<string, readonly SagaEvent[]>();

  /** The oldest first. */
  write(id: string, events: readonly SagaEvent[]): void {
    this.#written.set(id, events);
  }

  async look(_service: string, id: string) {
    this.looks += 1;
    const events = this.#written.get(id);
    return events && { earlier: [], record: recordOf(after(events), "run", { parts: 0, events }) };
  }

  async list(query: SagaQuery, { signal }: SearchOptions = {}): Promise<readonly string[]> {
    signal?.throwIfAborted();
    const matching = [...this.#written].filter(([, events]) => foundMatches(after(events), query)).map(([id]) => id);
    return matching.toReversed().slice(0, query.limit);
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
