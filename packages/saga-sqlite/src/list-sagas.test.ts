import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renewSums } from "./renew-sums.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let path: string;
let journal: SqliteJournal | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
});

afterEach(() => {
  journal?.close();
  rmSync(directory, { recursive: true });
});

function planOf(sql: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll("?", "1")}`).all());
  } finally {
    database.close();
  }
}

/** 12,001 sagas, of which the oldest and number 7,000 were cancelled; every odd one needs a human. */
function fill(): void {
  new SqliteJournal(path).close();
  const database = new DatabaseSync(path);
  database.exec(
    `INSERT INTO saga (id, definition, version, fingerprint, status, state, content, created_at, updated_at)
     WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 12000)
     SELECT printf('%06d', n), 'order', 1, '', CASE WHEN n IN (0, 7000) THEN 'cancelled' WHEN n % 2 = 1 THEN 'needs_intervention' ELSE 'completed' END, 'S', json_array(n), n, n FROM n`,
  );
  renewSums(database);
  database.close();
}

describe("listing sagas", () => {
  it("finds open ones by their index, without reading those that have ended", async () => {
    const prepared: string[] = [];
    const prepare = DatabaseSync.prototype.prepare;
    const spy = vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql) {
      prepared.push(sql);
      return prepare.call(this, sql);
    });
    journal = new SqliteJournal(path);
    for (const status of ["running", "needs_intervention"] as const) await journal.list({ status, limit: 9 });
    spy.mockRestore();
    const ofOpen = prepared.filter((sql) => /FROM saga\s+WHERE status IN/.test(sql));
    expect(ofOpen).toHaveLength(7);
    for (const sql of ofOpen) expect(planOf(sql)).toContain("INDEX saga_open");
  });

  it("finds the newest first, down to the oldest", async () => {
    fill();
    journal = new SqliteJournal(path);
    expect(await journal.list({ status: "cancelled", limit: 9 })).toEqual(["007000", "000000"]);
    expect(await journal.list({ status: "cancelled", limit: 9, before: "007000" })).toEqual(["000000"]);
    expect(await journal.list({ text: "4999", limit: 1 })).toEqual(["004999"]);
    expect(await journal.list({ status: "needs_intervention", text: "5", limit: 9 })).toEqual(["000005"]);
    expect(await journal.list({ limit: 3, before: "000003" })).toEqual(["000002", "000001", "000000"]);
  });

  it("finds the oldest first where that is requested, up to the newest, each once and from any place on", async () => {
    fill();
    journal = new SqliteJournal(path);
    const all = Array.from({ length: 12_001 }, (_, place) => String(place).padStart(6, "0"));
    expect(await journal.list({ definition: "order", order: "oldest", limit: 20_000 })).toEqual(all);
    expect(await journal.list({ order: "oldest", after: "000003", before: "000007", limit: 9 })).toEqual(all.slice(4, 7));
    expect(await journal.list({ order: "newest", after: "000003", before: "000007", limit: 2 })).toEqual(["000006", "000005"]);
    expect(await journal.list({ status: "cancelled", order: "oldest", limit: 9 })).toEqual(["000000", "007000"]);
    expect(await journal.list({ text: "4999", order: "oldest", after: "004998", limit: 1 })).toEqual(["004999"]);
  });

  it("stops at the next slice when nobody waits for it any more", async () => {
    fill();
    journal = new SqliteJournal(path);
    const gone = new AbortController();
    const listed = journal.list({ text: "nowhere", limit: 1 }, { signal: gone.signal });
    gone.abort("gone");
    await expect(listed).rejects.toBe("gone");
  });

  it("gives each saga once, also where one slice ends and the next begins", async () => {
    fill();
    journal = new SqliteJournal(path);
    const all = await journal.list({ definition: "order", limit: 20_000 });
    expect(all).toEqual(Array.from({ length: 12_001 }, (_, place) => String(12_000 - place).padStart(6, "0")));
  });

  it("lets the event loop go on between slices", async () => {
    fill();
    journal = new SqliteJournal(path);
    let turns = 0;
    let isCounting = true;
    const count = () => {
      turns += 1;
      if (isCounting) setImmediate(count);
    };
    count();
    for (let search = 1; search <= 3; search += 1) await journal.list({ status: "cancelled", limit: 9 });
    isCounting = false;
    expect(turns).toBeGreaterThan(3);
  });
});
