import { fold, isAskedFor, JournalError, rejected, type SagaEvent, type SagaQuery, startOf, statusOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import { recordOf } from "../objects/saga-record.ts";
import { ServiceNames } from "../objects/service-names.ts";
import { LocalSagas } from "./local-sagas.ts";
import { KnownSagas } from "./saga-cache.ts";

const controller = new ScriptedController(contractSteps, new ScriptedWorld());
const running = { limit: 2, status: "running" } as const;

/** Its first step is rejected, with which it ends. */
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

/** What workflows wrote, and how often it was looked at. */
class FakeRestate {
  looked = 0;
  sql = 0;
  readonly #written = new Map<string, readonly SagaEvent[]>();

  /** The oldest first. */
  write(id: string, events: readonly SagaEvent[]): void {
    this.#written.set(id, events);
  }

  async look(_service: string, id: string) {
    this.looked += 1;
    const events = this.#written.get(id);
    return events && { earlier: [], record: recordOf(after(events), "run", { parts: 0, events }) };
  }

  async list(query: SagaQuery): Promise<readonly string[]> {
    const asked = [...this.#written].filter(([, events]) => isAskedFor(after(events), query)).map(([id]) => id);
    return asked.toReversed().slice(0, query.limit);
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
    if (started) local.happened(after([started]), started, "run");
    return id;
  };
  return { restate, local, runs, known: new KnownSagas(parts) };
}

describe("a saga that runs here", () => {
  it("and is not written is known from here alone: SQL, which reads all that is written, is not asked", async () => {
    const { known, runs, restate } = setUp();
    const id = runs(idAt(1));
    expect((await known.read(id))?.found.saga.id).toBe(id);
    expect(restate.sql).toBe(0);
    expect(await known.read(idAt(2))).toBeUndefined();
    expect(restate.sql).toBe(1);
  });

  it("and is not written yet was open when this process came: it is not taken for unknown", async () => {
    const { known } = setUp();
    known.wereOpen(new Set([idAt(1)]));
    await expect(known.read(idAt(1))).rejects.toThrow(JournalError);
    expect(await known.read(idAt(2))).toBeUndefined();
  });

  it("is listed beside what is written, the newest first", async () => {
    const { known, runs, restate } = setUp();
    const ids = [1, 2, 3, 4].map(idAt);
    for (const [at, id] of ids.entries()) {
      if (at % 2 === 0) restate.write(id, historyOf(id).slice(0, 1));
      else runs(id);
    }
    expect(await known.list({ limit: 3 })).toEqual(ids.toReversed().slice(0, 3));
    expect(await known.list({ limit: 3, status: "running" })).toEqual(ids.toReversed().slice(0, 3));
  });

  it("and ended in another process is not told of as it stood here, nor looked for again", async () => {
    const { known, runs, restate, local } = setUp();
    const ids = [1, 2, 3].map(idAt).map(runs);
    for (const id of ids.slice(1)) restate.write(id, historyOf(id));
    expect(await known.list(running)).toEqual(ids.slice(0, 1));
    expect(ids.map((id) => local.get(id) !== undefined)).toEqual([true, false, false]);
    const { looked } = restate;
    expect(await known.list(running)).toEqual(ids.slice(0, 1));
    expect(restate.looked).toBe(looked + 1);
    const ended = await known.read(idAt(3));
    expect(ended && statusOf(ended.found.saga)).toBe("cancelled");
  });
});
