import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import type { Saga } from "saga-core";
import { type JournalSubject, journalContract, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let open: SqliteJournal[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  open = [];
});

afterEach(() => {
  for (const journal of open) journal.close();
  rmSync(directory, { recursive: true });
});

function openJournal(path = join(directory, "journal.sqlite")): SqliteJournal {
  const journal = new SqliteJournal(path);
  open.push(journal);
  return journal;
}

function subjectOf(journal: SqliteJournal): JournalSubject {
  const reopen = async () => {
    journal.close();
    open = open.filter((other) => other !== journal);
    return subjectOf(openJournal());
  };
  return { journal, index: journal, reopen };
}

const needingAHuman: Saga["phase"] = {
  name: "needs-intervention",
  step: "step",
  action: "run",
  reason: "gave-up",
  during: { name: "forward" },
};

function query(path: string, sql: string): readonly object[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe("the SQLite journal", () => {
  it.for(journalContract)("$name", ({ check }) => check(subjectOf(openJournal())));

  it("commits what is appended in one turn of the event loop as one transaction", async () => {
    const journal = openJournal();
    for (let seq = 1; seq <= 3; seq += 1) journal.append(sampleRecord("a", seq));
    const first = journal.durable();
    journal.append(sampleRecord("b", 1));
    expect(journal.durable()).toBe(first);
    await first;
    journal.append(sampleRecord("a", 4));
    expect(journal.durable()).not.toBe(first);
  });

  describe("while the event loop has something to do", () => {
    /** Every turn of the event loop takes as long as it is told. */
    function slowTurns(): (ms: number) => Promise<void> {
      let now = 0;
      vi.spyOn(performance, "now").mockImplementation(() => now);
      return async (ms) => {
        now += ms;
        await new Promise<void>((resolve) => setImmediate(resolve));
      };
    }
    /** Whether a promise is resolved yet. */
    function isResolved(promise: Promise<void>): () => boolean {
      let resolved = false;
      void promise.then(() => {
        resolved = true;
      });
      return () => resolved;
    }
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it("does not wait for the disk, and takes along what comes, but not for long", async () => {
      const journal = openJournal();
      const turn = slowTurns();
      journal.append(sampleRecord("a", 1));
      const first = journal.durable();
      const isWritten = isResolved(first);
      await turn(4);
      expect(isWritten()).toBe(false);
      journal.append(sampleRecord("b", 1));
      expect(journal.durable()).toBe(first);
      await turn(3.9);
      expect(isWritten()).toBe(false);
      await turn(0.2);
      expect(isWritten()).toBe(true);
    });

    it("waits for the disk at once when that is done, where there is one saga", async () => {
      const journal = openJournal();
      const turn = slowTurns();
      const isWritten = isResolved(journal.begin(sampleRecord("a", 1)));
      await turn(0.5);
      expect(isWritten()).toBe(false);
      await turn(0);
      expect(isWritten()).toBe(true);
    });

    it("waits for the disk when nothing has come for several of them for a while", async () => {
      const journal = openJournal();
      const turn = slowTurns();
      void journal.begin(sampleRecord("a", 1));
      const isWritten = isResolved(journal.begin(sampleRecord("b", 1)));
      await turn(0.5);
      for (let idle = 1; idle <= 5; idle += 1) {
        expect(isWritten()).toBe(false);
        await turn(0);
      }
      expect(isWritten()).toBe(true);
    });

    it("counts those that began before among several", async () => {
      const journal = openJournal();
      const turn = slowTurns();
      void journal.begin(sampleRecord("a", 1));
      await turn(0);
      journal.append(sampleRecord("a", 2));
      void journal.durable();
      await turn(0);
      const isWritten = isResolved(journal.begin(sampleRecord("b", 1)));
      for (let idle = 1; idle <= 4; idle += 1) await turn(0);
      expect(isWritten()).toBe(false);
      await turn(0);
      expect(isWritten()).toBe(true);
    });

    it("does not take a turn without anything to do for the end of it", async () => {
      const journal = openJournal();
      const turn = slowTurns();
      void journal.begin(sampleRecord("a", 1));
      const isWritten = isResolved(journal.begin(sampleRecord("b", 1)));
      for (let between = 1; between <= 4; between += 1) await turn(0);
      await turn(0.5);
      for (let between = 1; between <= 4; between += 1) await turn(0);
      expect(isWritten()).toBe(false);
      await turn(0);
      expect(isWritten()).toBe(true);
    });
  });

  it("writes to a write-ahead log, and waits for the disk", () => {
    const executed: string[] = [];
    const originalExec = DatabaseSync.prototype.exec;
    const exec = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
      executed.push(sql);
      originalExec.call(this, sql);
    });
    openJournal();
    exec.mockRestore();
    expect(executed.join(";")).toContain("synchronous = FULL");
    expect(executed.join(";")).toContain("journal_mode = WAL");
  });

  it("keeps what was appended just before it is closed", async () => {
    const journal = openJournal();
    journal.append(sampleRecord("a", 1));
    const reopened = await subjectOf(journal).reopen();
    expect(await reopened.journal.load("a")).toHaveLength(1);
  });

  it("writes before long what nobody waits for", async () => {
    const path = join(directory, "journal.sqlite");
    openJournal(path).append(sampleRecord("a", 1));
    await expect.poll(() => query(path, "SELECT count(*) AS n FROM record")).toEqual([{ n: 1 }]);
  });

  it("has in its table before long where a running saga stands", async () => {
    const path = join(directory, "journal.sqlite");
    const journal = openJournal(path);
    await journal.begin(sampleRecord("a", 1));
    journal.append({ ...sampleRecord("a", 2), state: "FURTHER" });
    await expect.poll(() => query(path, "SELECT state FROM saga")).toEqual([{ state: "FURTHER" }]);
  });

  it("tells that it contradicts what is written, when a record is there that is to be written", async () => {
    const contradictions: unknown[] = [];
    const path = join(directory, "journal.sqlite");
    const journal = new SqliteJournal(path, { onContradiction: (error) => contradictions.push(error) });
    open.push(journal);
    await journal.begin(sampleRecord("a", 1));
    journal.append(sampleRecord("a", 1));
    await expect.poll(() => contradictions.length).toBeGreaterThan(0);
    expect(query(path, "SELECT count(*) AS n FROM record")).toEqual([{ n: 1 }]);
  });

  it("finds after a crash that a saga which needed a human goes on", async () => {
    const path = join(directory, "journal.sqlite");
    const journal = openJournal(path);
    await journal.begin(sampleRecord("a", 1));
    journal.append(sampleRecord("a", 2, { phase: needingAHuman }));
    await journal.durable();
    journal.append({ ...sampleRecord("a", 3), event: { type: "retry-requested", at: 3 } });
    journal.append(sampleRecord("a", 4));
    await journal.durable();
    const crashed = join(directory, "crashed.sqlite");
    for (const part of ["", "-wal"]) copyFileSync(`${path}${part}`, `${crashed}${part}`);
    expect(await openJournal(crashed).open({ status: "running", limit: 9 })).toEqual(["a"]);
  });

  it("is one journal by whatever name it goes", () => {
    const path = join(directory, "journal.sqlite");
    openJournal(path);
    symlinkSync(path, join(directory, "other.sqlite"));
    expect(() => openJournal(join(directory, "other.sqlite"))).toThrow(/another orchestrator owns it/);
  });

  it("finds what is open without reading what has ended", async () => {
    const path = join(directory, "journal.sqlite");
    const asked: string[] = [];
    const prepare = DatabaseSync.prototype.prepare;
    const spy = vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql) {
      asked.push(sql);
      return prepare.call(this, sql);
    });
    const journal = openJournal(path);
    for (const status of ["running", "needs_intervention"] as const) await journal.list({ status, limit: 9 });
    spy.mockRestore();
    const ofOpen = asked.filter((sql) => /FROM saga\s+WHERE status IN/.test(sql));
    expect(ofOpen).toHaveLength(6);
    for (const sql of ofOpen) {
      const plan = JSON.stringify(query(path, `EXPLAIN QUERY PLAN ${sql.replaceAll("?", "1")}`));
      expect(plan).toContain("INDEX saga_open");
    }
  });

  it("looks through what has ended without holding up the process, and finds the oldest one", async () => {
    const path = join(directory, "journal.sqlite");
    openJournal(path).close();
    open = [];
    change(
      path,
      `INSERT INTO saga (id, definition, version, fingerprint, status, state, content, created_at, updated_at)
       WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 12000)
       SELECT printf('%06d', n), 'order', 1, '', CASE WHEN n IN (0, 7000) THEN 'cancelled' WHEN n % 2 = 1 THEN 'needs_intervention' ELSE 'completed' END, 'S', json_array(n), n, n FROM n`,
    );
    const journal = openJournal(path);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    });
    expect(await journal.list({ status: "cancelled", limit: 9 })).toEqual(["007000", "000000"]);
    expect(await journal.list({ status: "cancelled", limit: 9, before: "007000" })).toEqual(["000000"]);
    expect(await journal.list({ text: "4999", limit: 1 })).toEqual(["004999"]);
    expect(await journal.list({ status: "needs_intervention", text: "5", limit: 9 })).toEqual(["000005"]);
    expect(await journal.list({ limit: 3, before: "000003" })).toEqual(["000002", "000001", "000000"]);
    // Each once, also where one slice ends and the next begins.
    const all = await journal.list({ definition: "order", limit: 20_000 });
    expect(all).toEqual(Array.from({ length: 12_001 }, (_, place) => String(12_000 - place).padStart(6, "0")));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3);
  });

  it("refuses a second owner, and says who the first one is", () => {
    openJournal();
    const second = new RegExp(`another orchestrator owns it, process ${process.pid} on \\S+ since \\d{4}-.*Restate`);
    expect(() => openJournal()).toThrow(second);
    // Whoever was refused has not taken the owner's lock away.
    expect(() => openJournal()).toThrow(second);
  });

  it("refuses a schema of a version that it does not know", () => {
    const path = join(directory, "newer.sqlite");
    openJournal(path).close();
    open = [];
    change(path, "PRAGMA user_version = 99");
    expect(() => openJournal(path)).toThrow(/schema version 99; this orchestrator knows versions up to 3/);
  });

  it.for(["CREATE TABLE t (a)", "CREATE TABLE t (a); PRAGMA user_version = 1"])(
    "refuses and leaves alone the database of another program: %s",
    (sql) => {
      const path = join(directory, "other.sqlite");
      change(path, sql);
      const before = readFileSync(path);
      expect(() => openJournal(path)).toThrow(/no journal of an orchestrator.*JOURNAL_PATH/);
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );

  it("refuses a file that is no database", () => {
    const path = join(directory, "text");
    writeFileSync(path, "not a database, but long enough to be taken for one".repeat(30));
    expect(() => openJournal(path)).toThrow(/JOURNAL_PATH to a file that is a journal/);
  });

  it("refuses a path that cannot be written, and names the variable", () => {
    expect(() => openJournal(join(directory, "no", "such", "journal.sqlite"))).toThrow(/JOURNAL_PATH/);
  });
});
