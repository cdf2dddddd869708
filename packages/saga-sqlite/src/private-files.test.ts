import { chmodSync, existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUpJournal } from "./backup.ts";
import { checkJournal } from "./check.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-it's-"));
  path = join(directory, "journal.sqlite");
});

afterEach(() => rmSync(directory, { recursive: true }));

const modeOf = (name: string) => (statSync(join(directory, name)).mode & 0o777).toString(8);

describe("the files of a journal", () => {
  it("are readable for their owner alone, as is a backup", async () => {
    const journal = new SqliteJournal(path);
    await journal.begin(sampleRecord("a", 1));
    await backUpJournal(path, join(directory, "backup.sqlite"));
    const files = readdirSync(directory);
    expect(files).toEqual(
      expect.arrayContaining([
        "backup.sqlite",
        "journal.sqlite",
        "journal.sqlite-lock",
        "journal.sqlite-shm",
        "journal.sqlite-wal",
      ]),
    );
    expect(Object.fromEntries(files.map((name) => [name, modeOf(name)]))).toEqual(
      Object.fromEntries(files.map((name) => [name, "600"])),
    );
    journal.close();
  });

  it("keep the mode that they have", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o640);
    new SqliteJournal(path).close();
    expect(modeOf("journal.sqlite")).toBe("640");
  });
});

/** Does more work than fits in memory, and gives the temporary files that SQLite has open meanwhile. */
function temporaryFiles(): readonly string[] {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(`
      PRAGMA temp.cache_size = 10;
      CREATE TEMP TABLE large AS
        WITH RECURSIVE count (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < 5000) SELECT i, hex(randomblob(50)) AS h FROM count`);
    return readdirSync("/proc/self/fd").flatMap((descriptor) => {
      try {
        const file = readlinkSync(join("/proc/self/fd", descriptor));
        return file.includes("etilqs_") ? [file] : [];
      } catch {
        // It was the descriptor of this very directory.
        return [];
      }
    });
  } finally {
    database.close();
  }
}

describe("what SQLite writes aside for large work", () => {
  const uses: Readonly<Record<string, () => void>> = {
    opened: () => new SqliteJournal(path).close(),
    checked: () => void checkJournal(path),
  };

  it.runIf(existsSync("/proc/self/fd")).for(Object.entries(uses))("is in the directory of a journal that was %s", ([, use]) => {
    new SqliteJournal(path).close();
    const elsewhere = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
    new SqliteJournal(join(elsewhere, "other.sqlite")).close();
    use();
    const files = temporaryFiles();
    rmSync(elsewhere, { recursive: true });
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(file).toContain(directory);
  });
});
