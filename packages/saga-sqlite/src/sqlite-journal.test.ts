import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Saga } from "saga-core";
import { type JournalSubject, journalContract, recordsOf, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";
import type { SqliteJournalOptions } from "./sqlite-journal-options.ts";

let directory: string;
let path: string;
let open: SqliteJournal[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  open = [];
});

afterEach(() => {
  for (const journal of open) journal.close();
  rmSync(directory, { recursive: true });
});

function openJournal(file = path, options: SqliteJournalOptions = {}): SqliteJournal {
  const journal = new SqliteJournal(file, options);
  open.push(journal);
  return journal;
}

function subjectOf(journal: SqliteJournal): JournalSubject {
  const reopen = async () => {
    journal.close();
    open = open.filter((other) => other !== journal);
    return subjectOf(openJournal());
  };
  const prune = (endedBefore: number) => {
    while (journal.prune({ endedBefore, keysBefore: 0, limit: 9 }));
  };
  return { journal, index: journal, reopen, prune };
}

const needingAHuman: Saga["phase"] = {
  name: "needs-intervention",
  step: "step",
  action: "run",
  reason: "gave-up",
  during: { name: "forward" },
};

function query(sql: string): readonly object[] {
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

describe("the SQLite journal", () => {
  it.for(journalContract)("$name", ({ check }) => check(subjectOf(openJournal())));

  it("keeps a record that was appended just before it is closed", async () => {
    const journal = openJournal();
    journal.append(sampleRecord("a", 1));
    const reopened = await subjectOf(journal).reopen();
    expect(await recordsOf(reopened.journal, "a")).toHaveLength(1);
  });

  it("writes a record before long that no caller waits for", async () => {
    openJournal().append(sampleRecord("a", 1));
    await expect.poll(() => query("SELECT count(*) AS n FROM record")).toEqual([{ n: 1 }]);
  });

  it("lists before long where a running saga stands", async () => {
    const journal = openJournal();
    await journal.begin(sampleRecord("a", 1));
    journal.append({ ...sampleRecord("a", 2), state: "FURTHER" });
    await expect.poll(() => query("SELECT state FROM saga")).toEqual([{ state: "FURTHER" }]);
  });

  it("reports that the file contradicts it when a record to be written is there already", async () => {
    const contradictions: unknown[] = [];
    const journal = openJournal(path, { onContradiction: (error) => contradictions.push(error) });
    await journal.begin(sampleRecord("a", 1));
    journal.append(sampleRecord("a", 1));
    await expect.poll(() => contradictions.length).toBeGreaterThan(0);
    expect(query("SELECT count(*) AS n FROM record")).toEqual([{ n: 1 }]);
  });

  it("finds after a crash that a saga which needed a human was retried", async () => {
    const journal = openJournal();
    await journal.begin(sampleRecord("a", 1));
    journal.append(sampleRecord("a", 2, { phase: needingAHuman }));
    await journal.durable();
    journal.append({ ...sampleRecord("a", 3), event: { type: "retry-requested", at: 3 } });
    journal.append(sampleRecord("a", 4));
    await journal.durable();
    const crashed = join(directory, "crashed.sqlite");
    for (const part of ["", "-wal", "-mark"]) copyFileSync(`${path}${part}`, `${crashed}${part}`);
    expect(await openJournal(crashed).open({ status: "running", limit: 9 })).toEqual(["a"]);
  });
});
