import { describe, expect, it } from "vitest";
import type { RecordPage, StoredRecord } from "../ports/journal.ts";
import { settleMicrotasks } from "../testing/drive.ts";
import { engineOn, setUp } from "../testing/engine-set-up.ts";
import { MemoryJournal } from "../testing/memory-journal.ts";
import { eventsOf, recordsOf } from "../testing/read-all.ts";
import type { Fault } from "../testing/scripted-world.ts";
import { defaultGateLimits } from "./participant-gate.ts";

const start = { definition: "scripted", input: {} };
const DAY_MS = 86_400_000;
const patient = { deadlineMs: 30 * DAY_MS, giveUpMs: 30 * DAY_MS, attemptsMax: 1_000_000 };
// No circuit opens: the saga is alone.
const gateLimits = { ...defaultGateLimits, failuresMax: 1_000_000 };
const ATTEMPTS = 400;

/** A journal that remembers how many records were read at once, at most. */
class WatchedJournal extends MemoryJournal {
  longestPage = 0;

  override async load(id: string, page: RecordPage): Promise<readonly StoredRecord[]> {
    const records = await super.load(id, page);
    this.longestPage = Math.max(this.longestPage, records.length);
    return records;
  }
}

function failing(fault: Fault, backoffMsMax: number, failureRecordsMax?: number) {
  return setUp({
    faults: { "order/run": Array.from({ length: ATTEMPTS }, () => fault) },
    policy: { ...patient, backoffMsBase: backoffMsMax, backoffMsMax },
    journal: new WatchedJournal(),
    options: { gateLimits, ...(failureRecordsMax !== undefined && { failureRecordsMax }) },
  });
}

async function until(clock: ReturnType<typeof setUp>["clock"], isOver: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20 * ATTEMPTS && !isOver(); turn += 1) {
    await settleMicrotasks();
    if (clock.isWaiting) clock.advance();
  }
  await settleMicrotasks();
}

describe("a call that fails again and again", () => {
  it.for<[Fault, string, number]>([
    ["unavailable", "stays in memory between its attempts", 10],
    ["reply-lost", "stays in memory between its attempts", 10],
    ["unavailable", "sleeps between its attempts", 60_000],
    ["reply-lost", "sleeps between its attempts", 60_000],
  ])("leaves few records, if it is %s and its saga %s", async ([fault, , backoffMs]) => {
    const { engine, journal, clock, world } = failing(fault, backoffMs);
    const { id } = await engine.start(start);
    await until(clock, () => world.effects.includes("pay/run"));
    expect((await engine.get(id))?.saga.phase.name).toBe("completed");
    const events = await eventsOf(engine, id);
    expect(events.length).toBeLessThan(64 + 16);
    const failures = events.flatMap((event) => (event.type === "compacted" ? [event.count] : []));
    const left = events.filter((event) => event.type === "answered" && event.step === "order");
    expect(failures.reduce((sum, count) => sum + count, left.length)).toBe(ATTEMPTS + 1);
    expect(await recordsOf(journal, id)).toHaveLength(events.length);
  });

  it("is resumed after a crash with all that the records said", async () => {
    const { engine, journal, clock, controller, world } = failing("reply-lost", 60_000);
    const { id } = await engine.start(start);
    await until(clock, () => world.attempts.length >= 300);
    const before = await engine.get(id);
    await journal.durable();
    const crashed = journal.crash();
    const next = engineOn({ controller, journal: crashed, clock }, { gateLimits });
    expect((await next.get(id))?.saga).toEqual(before?.saga);
    await next.resume();
    await until(clock, () => world.effects.includes("pay/run"));
    expect((await next.get(id))?.saga.phase.name).toBe("completed");
    expect((await eventsOf(next, id)).length).toBeLessThan(2 * 64 + 16);
  });

  it("is compacted at the next start where an earlier version recorded every failure", async () => {
    const { engine, journal, clock, controller, world } = failing("reply-lost", 10, Number.MAX_SAFE_INTEGER);
    const { id } = await engine.start(start);
    await until(clock, () => world.attempts.length >= 300);
    const before = await engine.get(id);
    await journal.durable();
    const old = new WatchedJournal(journal.durableRecords);
    expect((await recordsOf(old, id)).length).toBeGreaterThan(500);
    old.longestPage = 0;
    const next = engineOn({ controller, journal: old, clock }, { gateLimits });
    expect((await next.get(id))?.saga).toEqual(before?.saga);
    await next.resume();
    await settleMicrotasks();
    // Read in pages, and then held as the new version holds it.
    expect(old.longestPage).toBeLessThanOrEqual(64);
    expect((await recordsOf(old, id)).length).toBeLessThan(16);
    await until(clock, () => world.effects.includes("pay/run"));
    expect((await next.get(id))?.saga.phase.name).toBe("completed");
  });

  it("can be read while it is compacted", async () => {
    const { engine, journal, clock, world } = failing("reply-lost", 10, 100);
    const { id } = await engine.start(start);
    await until(clock, () => world.attempts.length >= 40);
    // They fill a page, and are not compacted yet.
    expect((await recordsOf(journal, id)).length).toBeGreaterThan(64);
    const load = journal.load.bind(journal);
    const pages: number[] = [];
    journal.load = async (saga, page) => {
      pages.push(page.after);
      if (pages.length === 2) await until(clock, () => world.attempts.length >= 60);
      return await load(saga, page);
    };
    const events = await eventsOf(engine, id);
    expect(pages.slice(0, 3)).toEqual([0, 64, 0]);
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual(["started", "compacted"]);
    expect(events.filter(({ type }) => type === "compacted")).toHaveLength(1);
  });
});
