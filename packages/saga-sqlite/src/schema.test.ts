import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { recordsOf } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkJournal } from "./check.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { BACK_TO_VERSION_6 } from "./testing/earlier-version.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Writes a journal of the first version. */
function writeFirstVersion(): void {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE saga (
      id TEXT PRIMARY KEY, definition TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, state TEXT NOT NULL,
      idempotency_key TEXT UNIQUE, wake_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX saga_due ON saga (wake_at) WHERE wake_at IS NOT NULL;
    CREATE TABLE record (
      saga_id TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (saga_id, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO saga VALUES
      ('a', 'order', 1, 'running', 'CREATING_ORDER', 'anonymous:k', 5, 3, 4),
      ('b', 'order', 1, 'completed', 'COMPLETED', NULL, NULL, 3, 4),
      ('c', 'order', 1, 'needs_intervention', 'CREATING_ORDER', NULL, NULL, 3, 4);
    INSERT INTO record VALUES
      ('a', 1, '{"type":"started","fingerprint":"f","input":{"user_id":17}}'),
      ('a', 2, '{"type":"answered","outcome":{"outcome":"done","result":{"order_id":4711}}}'),
      ('b', 1, '{"type":"started","fingerprint":"f"}'), ('c', 1, 'damaged'),
      ('c', 2, '{"type":"resolved","step":"create-order","result":{"order_id":815}}'), ('c', 3, '{"type":"woken"}');
    PRAGMA application_id = 0x53414741;
    PRAGMA user_version = 1;`);
  database.close();
}

/** Makes a journal of an earlier version from one of the present version. */
function setBack(version: number, change = ""): void {
  const database = new DatabaseSync(path);
  database.exec(`${BACK_TO_VERSION_6} ${change}; PRAGMA user_version = ${version}`);
  database.close();
  rmSync(`${path}-mark`);
}

describe("a journal of an earlier version", () => {
  it("is migrated with all of its sagas", async () => {
    writeFirstVersion();
    const migrations: number[] = [];
    const journal = new SqliteJournal(path, { onMigration: (from) => migrations.push(from) });
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a"]);
    expect(await journal.idOfKey("anonymous:k")).toBe("a");
    expect(await journal.list({ limit: 9 })).toEqual(["c", "b", "a"]);
    expect(await journal.openVersions()).toEqual([
      { definition: "order", version: 1, fingerprint: "", example: "c", running: 0 },
      { definition: "order", version: 1, fingerprint: "f", example: "a", running: 1 },
    ]);
    expect(await recordsOf(journal, "b")).toEqual([{ type: "started", fingerprint: "f" }]);
    for (const text of ["17", "4711"]) expect(await journal.list({ limit: 9, text })).toEqual(["a"]);
    expect((await recordsOf(journal, "c"))[0]).toBe("damaged");
    expect(await journal.list({ limit: 9, text: "815" })).toEqual(["c"]);
    expect(await journal.list({ limit: 9, status: "needs_intervention", step: "create-order" })).toEqual(["c"]);
    expect(migrations).toEqual([1]);
    journal.close();
    expect(checkJournal(path).problems).toEqual(["a record is damaged: c"]);
    new SqliteJournal(path, { onMigration: (from) => migrations.push(from) }).close();
    expect(migrations).toEqual([1]);
  });

  it("has the long texts of participants cut as they are recorded now, and no other", async () => {
    new SqliteJournal(path).close();
    setBack(5);
    const database = new DatabaseSync(path);
    const insert = database.prepare("INSERT INTO record (saga_id, seq, event) VALUES ('a', ?, ?)");
    const failed = (reason: string) => ({ type: "answered", at: 1, outcome: { outcome: "unknown", reason }, random: 0.5 });
    const long = failed(`${"x".repeat(1_992)}é${"y".repeat(60_000)}`);
    const others = [failed("x".repeat(2_000)), { type: "cancel-requested", at: 2, note: "n".repeat(5_000) }];
    for (const [index, event] of [long, ...others].entries()) insert.run(index + 1, JSON.stringify(event));
    insert.run(4, "damaged".repeat(1_000));
    database.close();
    const journal = new SqliteJournal(path);
    const [first, ...further] = await recordsOf(journal, "a");
    expect(first).toEqual(failed(`${"x".repeat(1_992)}é… (cut)`));
    expect(further).toEqual([...others, "damaged".repeat(1_000)]);
    journal.close();
  });

  it("keeps its pauses, each of which an operator made", async () => {
    new SqliteJournal(path).close();
    const change =
      "DROP INDEX saga_updated; ALTER TABLE pause DROP COLUMN automatic; INSERT INTO pause VALUES ('order', 5, 'ada', 'looking')";
    setBack(3, change);
    const journal = new SqliteJournal(path);
    expect(await journal.pauses()).toEqual([{ definition: "order", at: 5, by: "ada", note: "looking" }]);
    journal.close();
  });

  it("is not changed when its migration fails", () => {
    writeFirstVersion();
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE saga_next (a)");
    database.close();
    expect(() => new SqliteJournal(path)).toThrow(/cannot be opened/);
    const after = new DatabaseSync(path);
    expect(after.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 1 });
    expect(after.prepare("SELECT count(*) AS n FROM saga WHERE wake_at = 5").get()).toMatchObject({ n: 1 });
    after.close();
  });
});
