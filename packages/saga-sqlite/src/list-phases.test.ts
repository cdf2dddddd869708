import { DatabaseSync } from "node:sqlite";
import type { Saga } from "saga-core";
import { openPhaseNames } from "saga-core/engine";
import { recordsOf, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkJournal } from "./check.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { defineSums, SAGA_COLUMNS } from "./sums.ts";
import { BACK_TO_VERSION_11 } from "./testing/earlier-version.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;
let journal: SqliteJournal;

beforeEach(() => {
  place = new JournalPlace();
  journal = place.open();
});

afterEach(() => place.clear());

const waiting: Partial<Saga> = { steps: [{ step: "pay", status: "waiting", attempts: 0, calling: false }] };
const failed: Partial<Saga> = {
  steps: [{ step: "pay", status: "running", attempts: 1, calling: false, lastError: { outcome: "unavailable", reason: "busy" } }],
};
const needing: Partial<Saga> = {
  phase: { name: "needs-intervention", step: "pay", action: "run", reason: "refused", during: { name: "forward" } },
};

function withDatabase<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(place.path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const change = (sql: string) => withDatabase((database) => database.exec(sql));
const rows = (sql: string) => withDatabase((database) => database.prepare(sql).all());

/** What a list prepares. */
async function searchesOf(query: Parameters<SqliteJournal["list"]>[0]): Promise<readonly string[]> {
  const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
  await journal.list(query);
  const prepared = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  return prepared;
}

const searches = openPhaseNames.flatMap((phase) => (["newest", "oldest"] as const).map((order) => ({ phase, order })));

describe("the sagas that are at something", () => {
  it.for(searches)("are found by an index, and need no sorting: $phase, $order first", async ({ phase, order }) => {
    const bounds = order === "newest" ? { before: "b" } : { after: "b" };
    const searched = await searchesOf({ phase, order, ...bounds, limit: 9 });
    expect(searched).toHaveLength(2);
    const index = ["forward", "needs_intervention"].includes(phase) ? "COVERING INDEX saga_open" : "COVERING INDEX saga_phase";
    for (const sql of searched) {
      const plan = JSON.stringify(rows(`EXPLAIN QUERY PLAN ${sql.replaceAll("?", "1")}`));
      expect(plan).toContain(index);
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it("are one entry less in the index while they go forward, as most do", async () => {
    await journal.begin(sampleRecord("a", 1, { idempotencyKey: "anonymous:a" }));
    await journal.begin(sampleRecord("b", 1, { idempotencyKey: "anonymous:b", ...failed }));
    expect(await journal.list({ phase: "forward", limit: 9 })).toEqual(["a"]);
    expect(rows("SELECT id, phase FROM saga ORDER BY id")).toMatchObject([
      { id: "a", phase: null },
      { id: "b", phase: "retrying" },
    ]);
  });
});

describe("a row that is damaged where it says what its saga is at", () => {
  it.for(["UPDATE saga SET phase = 'undoing'", "UPDATE saga SET phase = NULL"])("is found by its sum: %s", async (sql) => {
    await journal.begin(sampleRecord("a", 1, failed));
    place.close(journal);
    change(sql);
    expect(checkJournal(place.path).problems).toEqual(["a saga's row is damaged: a"]);
    const damages: string[] = [];
    journal = place.open({ onDamage: (damage) => damages.push(damage) });
    expect(damages).toEqual([expect.stringContaining("Saga a is quarantined")]);
    expect(await journal.list({ phase: "needs_intervention", limit: 9 })).toEqual(["a"]);
    expect(await journal.list({ phase: "retrying", limit: 9 })).toEqual([]);
  });

  it("is found where it says it of one that goes forward, too", async () => {
    await journal.begin(sampleRecord("a", 1));
    place.close(journal);
    change("UPDATE saga SET phase = 'undoing'");
    expect(checkJournal(place.path).problems).toEqual(["a saga's row is damaged: a"]);
  });
});

describe("a journal of the version before", () => {
  beforeEach(async () => {
    await journal.begin(sampleRecord("forward", 1));
    await journal.begin(sampleRecord("human", 1, needing));
    await journal.begin(sampleRecord("retrying", 1, failed));
    await journal.begin(sampleRecord("waiting", 1, waiting));
    place.close(journal);
    withDatabase((database) => {
      defineSums(database);
      database.exec(`${BACK_TO_VERSION_11} UPDATE saga SET sum = sum_of_saga(${SAGA_COLUMNS.replace(", phase", "")})`);
    });
  });

  it("is opened without a change to its rows, and knows what its sagas are at once each is seen", async () => {
    const sums = rows("SELECT id, sum FROM saga ORDER BY id");
    const migrations: number[] = [];
    journal = place.open({ onMigration: (from) => migrations.push(from) });
    expect(migrations).toEqual([11]);
    expect(rows("SELECT id, sum FROM saga ORDER BY id")).toEqual(sums);
    expect(await journal.list({ phase: "needs_intervention", limit: 9 })).toEqual(["human"]);
    expect(await journal.list({ phase: "forward", limit: 9 })).toEqual(["waiting", "retrying", "forward"]);
    // A start resumes what runs, and indexes what sleeps.
    journal.indexAgain({ ...sampleRecord("waiting", 1, waiting) });
    journal.append(sampleRecord("retrying", 2, failed));
    expect(await journal.list({ phase: "waiting", limit: 9 })).toEqual(["waiting"]);
    expect(await journal.list({ phase: "retrying", limit: 9 })).toEqual(["retrying"]);
    expect(await journal.list({ phase: "forward", limit: 9 })).toEqual(["forward"]);
    expect(await recordsOf(journal, "retrying")).toHaveLength(2);
    place.close(journal);
    expect(checkJournal(place.path).problems).toEqual([]);
  });
});
