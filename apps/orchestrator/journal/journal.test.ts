import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { recordsOf, sampleRecord } from "saga-core/testing";
import { SqliteJournal } from "saga-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));

let directory: string;
let path: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "journal-"));
  path = join(directory, "journal.sqlite");
  const journal = new SqliteJournal(path);
  await journal.begin(sampleRecord("a", 1));
  journal.append(sampleRecord("a", 2));
  await journal.durable();
  journal.close();
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Runs a command, and gives its exit code and output. */
async function run(command: string, ...options: readonly string[]): Promise<readonly [number, string]> {
  const env = { ...process.env, JOURNAL_PATH: path, NO_COLOR: "1" };
  const running = promisify(execFile)(process.execPath, ["run", "-A", join(here, command), ...options], { env });
  return await running.then(
    ({ stdout }) => [0, stdout] as const,
    ({ code, stdout, stderr }: { readonly code: number; readonly stdout: string; readonly stderr: string }) =>
      [code, stdout + stderr] as const,
  );
}

describe("journal:check", () => {
  it("finds no problem in a journal that an orchestrator owns", async () => {
    const journal = new SqliteJournal(path);
    expect(await run("check.ts")).toEqual([0, `${path}: 1 sagas, 2 records\n✓ No problem was found.\n`]);
    journal.close();
  });

  it("prints each problem, and exits 1", async () => {
    const database = new DatabaseSync(path);
    database.exec("DELETE FROM record WHERE seq = 1");
    database.close();
    const [code, said] = await run("check.ts");
    expect([code, said]).toEqual([1, expect.stringContaining("✗ a history has a gap: a")]);
  });

  it.for([0, 100, 4_096, 12_288])(
    "says in sentences what it cannot read of a file whose bytes from %i on are gone",
    async (from) => {
      const file = readFileSync(path);
      file.fill(255, from);
      writeFileSync(path, file);
      const [code, said] = await run("check.ts");
      expect([code, said]).toEqual([1, expect.stringMatching(/cannot be read|damaged/)]);
      expect(said).not.toMatch(/\n\s+at /);
    },
  );

  it("reports a journal that it cannot read, and makes no file", async () => {
    rmSync(path);
    const [code, said] = await run("check.ts");
    expect([code, said]).toEqual([1, expect.stringContaining("cannot be read")]);
    expect(existsSync(path)).toBe(false);
  });
});

describe("journal:backup", () => {
  it("makes a copy that opens as a journal", async () => {
    const copy = join(directory, "copy.sqlite");
    const journal = new SqliteJournal(path);
    expect(await run("backup.ts", "--to", copy)).toEqual([0, `${path} was copied to ${copy}\n`]);
    journal.close();
    const restored = new SqliteJournal(copy, { accept: "restored" });
    expect(await recordsOf(restored, "a")).toHaveLength(2);
    restored.close();
  });

  it("refuses to run without --to, and overwrites no file", async () => {
    expect(await run("backup.ts")).toEqual([2, expect.stringContaining("--to is missing")]);
    expect(await run("backup.ts", "--to", path)).toEqual([1, expect.stringContaining("exists already")]);
  });
});
