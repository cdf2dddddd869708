import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleCompacted, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let journal: SqliteJournal;
/** Another connection to the journal. */
let other: DatabaseSync;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "seal-"));
  const path = join(directory, "journal.sqlite");
  journal = new SqliteJournal(path);
  other = new DatabaseSync(path);
  await journal.begin(sampleRecord("saga-0001", 1));
  for (let seq = 2; seq <= 4; seq += 1) {
    journal.append(sampleRecord("saga-0001", seq));
    await journal.durable();
  }
  // A search writes the table of sagas in full.
  await journal.list({ limit: 1 });
});

afterEach(() => {
  other.close();
  journal.close();
  rmSync(directory, { recursive: true });
});

const numbers = () =>
  other.prepare("SELECT value AS sealed, (SELECT max(rowid) FROM record) AS newest FROM seal WHERE name = 'records'").get();

describe("the note of the records that the table of sagas has", () => {
  it("is below a record that has the rowid of one that was compacted", async () => {
    expect(numbers()).toEqual({ sealed: 4, newest: 4 });
    journal.append(sampleCompacted("saga-0001", { first: 3, last: 5 }));
    await journal.durable();
    expect(numbers()).toEqual({ sealed: 2, newest: 3 });
  });

  it("is below a record that has the rowid of one that was deleted with its saga", async () => {
    journal.append(sampleRecord("saga-0001", 5));
    await journal.durable();
    await journal.begin(sampleRecord("saga-0002", 1, { phase: { name: "completed" }, updatedAt: 1 }));
    await journal.list({ limit: 1 });
    expect(numbers()).toEqual({ sealed: 6, newest: 6 });
    journal.prune({ endedBefore: 2, keysBefore: 2, limit: 9 });
    await journal.begin(sampleRecord("saga-0003", 1));
    expect(numbers()).toEqual({ sealed: 5, newest: 6 });
  });

  it("stays damaged when it is, so that the next start checks all records", async () => {
    other.exec("UPDATE seal SET value = 99 WHERE name = 'records'");
    journal.append(sampleCompacted("saga-0001", { first: 3, last: 5 }));
    await journal.durable();
    expect(numbers()).toEqual({ sealed: 99, newest: 3 });
  });
});
