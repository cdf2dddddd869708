import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SCHEMA_VERSION } from "./schema.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let path: string;
let opened: SqliteJournal[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  opened = [];
});

afterEach(() => {
  for (const journal of opened) journal.close();
  rmSync(directory, { recursive: true });
});

function open(file = path): void {
  opened.push(new SqliteJournal(file));
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe("an opened journal", () => {
  it("has a write-ahead log, and waits for the disk with every commit", () => {
    const executed: string[] = [];
    const originalExec = DatabaseSync.prototype.exec;
    const exec = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
      executed.push(sql);
      originalExec.call(this, sql);
    });
    open();
    exec.mockRestore();
    expect(executed.join(";")).toContain("synchronous = FULL");
    expect(executed.join(";")).toContain("journal_mode = WAL");
  });

  it("has one owner: a second one is refused, and learns who the first one is", () => {
    open();
    const refusal = new RegExp(`another orchestrator owns it, process ${process.pid} on \\S+ since \\d{4}-.*Restate`);
    expect(() => open()).toThrow(refusal);
    // The refused one did not release the lock of the owner.
    expect(() => open()).toThrow(refusal);
  });

  it("has one owner under all of its names", () => {
    open();
    symlinkSync(path, join(directory, "other.sqlite"));
    expect(() => open(join(directory, "other.sqlite"))).toThrow(/another orchestrator owns it/);
  });
});

describe("opening a journal", () => {
  it("refuses a schema of a later version", () => {
    new SqliteJournal(path).close();
    change(path, "PRAGMA user_version = 99");
    expect(() => open()).toThrow(`schema version 99; this orchestrator knows versions up to ${SCHEMA_VERSION}.`);
  });

  it.for(["CREATE TABLE t (a)", "CREATE TABLE t (a); PRAGMA user_version = 1"])(
    "refuses the database of another program, and does not change it: %s",
    (sql) => {
      change(path, sql);
      const before = readFileSync(path);
      expect(() => open()).toThrow(/no journal of an orchestrator.*JOURNAL_PATH/);
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );

  it.for([
    // The name of a column in the results of a query.
    ["fingerprint TEXT", "fingerPrint TEXT"],
    ["note TEXT", "oote TEXT"],
    ["CREATE INDEX saga_updated", "CREATE INDEX saga_updatee"],
  ] as const)("refuses a file that is damaged in more than rows, and does not change it: %s", ([text, damaged]) => {
    new SqliteJournal(path).close();
    const file = readFileSync(path);
    const before = Buffer.from(file.toString("latin1").replace(text, damaged), "latin1");
    writeFileSync(path, before);
    expect(() => open()).toThrow(
      /^The journal \S+ cannot be opened \(.*\): it is damaged: restore a backup of it, and start once with JOURNAL_ACCEPT=restored\.$/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("refuses a file that is no database", () => {
    writeFileSync(path, "not a database, but as long as a small one".repeat(30));
    expect(() => open()).toThrow(/JOURNAL_PATH to a file that is a journal/);
  });

  it("refuses a path that cannot be written, and names the variable", () => {
    expect(() => open(join(directory, "no", "such", "journal.sqlite"))).toThrow(/JOURNAL_PATH/);
  });
});
