import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { recordsOf, sampleCompacted, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUpJournal } from "./backup.ts";
import { checkJournal } from "./check.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let path: string;
let copy: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  copy = join(directory, "copy.sqlite");
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("backing up a journal", () => {
  it("copies one instant of a journal that is written to, and the copy opens as a journal", async () => {
    const journal = new SqliteJournal(path);
    await journal.begin(sampleRecord("a", 1));
    // Enough records for several steps, with commits between them.
    for (let seq = 2; seq <= 5_000; seq += 1) journal.append({ ...sampleRecord("a", seq), event: large(seq) });
    await journal.durable();
    let seq = 5_000;
    let steps = 0;
    await backUpJournal(path, copy, () => {
      steps += 1;
      seq += 1;
      journal.append(sampleRecord("a", seq));
      journal.append(sampleRecord(`later-${seq}`, 1));
      journal.durable().catch(() => undefined);
    });
    expect(steps).toBeGreaterThan(1);
    await journal.durable();
    expect(await recordsOf(journal, "a")).toHaveLength(seq);
    journal.close();
    expect(checkJournal(copy)).toEqual({ sagas: 1, records: 5_000, hasMark: false, problems: [] });
    const restored = new SqliteJournal(copy, { accept: "restored" });
    expect(await recordsOf(restored, "a")).toHaveLength(5_000);
    expect(await restored.open({ status: "running", limit: 9 })).toEqual(["a"]);
    restored.close();
  });

  it("overwrites no file, and reports a journal that it cannot read", async () => {
    new SqliteJournal(path).close();
    writeFileSync(copy, "mine");
    await expect(backUpJournal(path, copy)).rejects.toThrow("exists already");
    await expect(backUpJournal(join(directory, "none"), join(directory, "other"))).rejects.toThrow(/cannot be read/);
    await expect(backUpJournal(path, join(directory, "no", "place"))).rejects.toThrow(/cannot be copied/);
    expect(existsSync(join(directory, "other"))).toBe(false);
  });
});

describe("an integrity check", () => {
  it("finds no problem in a journal that is in use", async () => {
    const journal = new SqliteJournal(path);
    await journal.begin(sampleRecord("a", 1));
    for (let seq = 2; seq <= 8; seq += 1) journal.append(sampleRecord("a", seq));
    journal.append(sampleCompacted("a", { first: 3, last: 9 }));
    await journal.durable();
    expect(checkJournal(path)).toEqual({ sagas: 1, records: 3, hasMark: true, problems: [] });
    journal.close();
  });

  it("finds that a journal has less than its last owner made durable, but not what a backup lacks", async () => {
    const journal = new SqliteJournal(path);
    await journal.begin(sampleRecord("a", 1));
    copyFileSync(path, copy);
    copyFileSync(`${path}-mark`, `${copy}-mark`);
    journal.close();
    expect(checkJournal(copy).problems).toEqual([
      expect.stringMatching(
        /less than its last owner made durable: its last owner, process \d+ .* made 2 commits durable, and it has 1/,
      ),
    ]);
    rmSync(`${copy}-mark`);
    expect(checkJournal(copy).problems).toEqual([]);
  });

  it("opens no empty file, and keeps the log beside it", () => {
    writeFileSync(path, "");
    writeFileSync(`${path}-wal`, "what is left");
    expect(() => checkJournal(path)).toThrow(/is empty: put the file back/);
    expect(existsSync(`${path}-wal`)).toBe(true);
  });

  it.for([
    ["UPDATE progress SET value = replace(value, '0', '1')", "the row of commits is damaged"],
    ["DELETE FROM record WHERE saga_id = 'a'", "a saga has no records: a"],
    ["DELETE FROM saga WHERE id = 'a'", "records belong to no saga: a"],
    ["DELETE FROM record WHERE saga_id = 'a' AND seq = 2", "a history has a gap: a"],
    ["UPDATE record SET event = '{' WHERE saga_id = 'a' AND seq = 2", "a record is damaged: a"],
    ["DELETE FROM record WHERE saga_id = 'c' AND seq = 2", "a history has a gap: c"],
    [
      "UPDATE record SET event = json_set(event, '$.records', 4) WHERE saga_id = 'c' AND seq = 7",
      "a history has a gap: c",
      "a record is damaged: c",
    ],
    ["UPDATE record SET event = replace(event, '2', '3') WHERE saga_id = 'a' AND seq = 2", "a record is damaged: a"],
    ["DELETE FROM record WHERE saga_id = 'a' AND seq = 3", "a history has lost its end: a"],
    ["UPDATE record SET event = replace(event, '3', '4') WHERE saga_id = 'd' AND seq = 3", "a record is damaged: d"],
    ["DELETE FROM record WHERE saga_id = 'd' AND seq = 3", "a history has lost its end: d"],
    ["UPDATE saga SET idempotency_key = 'another' WHERE id = 'a'", "a saga's row is damaged: a"],
    ["UPDATE pause SET at = 8", "a pause is damaged: order"],
    ["UPDATE seal SET value = 1 WHERE name = 'records'", "a note of the journal about itself is damaged: records"],
    ["DROP INDEX saga_updated", "the file is damaged: schema saga_updated"],
  ] as const)("finds the damage of: %s", async ([sql, ...problems]) => {
    const journal = new SqliteJournal(path);
    for (let seq = 1; seq <= 3; seq += 1) {
      for (const id of ["a", "b", "c"]) journal.append(sampleRecord(id, seq));
      await journal.durable();
    }
    // One row has two of them.
    for (let seq = 1; seq <= 3; seq += 1) journal.append(sampleRecord("d", seq));
    // It stands for the records 3 to 7.
    journal.append(sampleCompacted("c", { first: 3, last: 7 }));
    await journal.pause({ definition: "order", at: 1 });
    await journal.durable();
    journal.close();
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    expect(checkJournal(path).problems).toEqual(problems);
  });
});

function large(seq: number) {
  return { type: "cancel-requested", at: seq, note: "x".repeat(2_000) } as const;
}
