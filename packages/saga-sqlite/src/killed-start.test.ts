import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Accept } from "./mark.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { BACK_TO_VERSION_6 } from "./testing/earlier-version.ts";

const kill = vi.hoisted(() => ({
  /** Called before each step that changes a file. */
  step: () => {},
}));

vi.mock("node:fs", async (importOriginal) => {
  const original: Record<string, unknown> = await importOriginal();
  const stepped = ["openSync", "writeSync", "fsyncSync", "renameSync"].map((name) => [
    name,
    (...values: readonly unknown[]) => {
      kill.step();
      const method = original[name];
      return typeof method === "function" ? Reflect.apply(method, undefined, values) : undefined;
    },
  ]);
  return { ...original, ...Object.fromEntries(stepped) };
});

let directory: string;
let path: string;
let remains: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  remains = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  const { exec } = DatabaseSync.prototype;
  const { run, get } = StatementSync.prototype;
  vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
    kill.step();
    exec.call(this, sql);
  });
  vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
    kill.step();
    return run.apply(this, values);
  });
  vi.spyOn(StatementSync.prototype, "get").mockImplementation(function (this: StatementSync, ...values) {
    if (this.sourceSQL.includes("PASSIVE")) kill.step();
    return get.apply(this, values);
  });
});

afterEach(() => {
  kill.step = () => {};
  vi.restoreAllMocks();
  for (const each of [directory, remains]) rmSync(each, { recursive: true, force: true });
});

/** Starts, and is killed before a step. Then the directory is as the kill left it. Returns false if the start was over before. */
function startAndKill(killedAt: number, accept: Accept | undefined): boolean {
  let steps = 0;
  kill.step = () => {
    steps += 1;
    if (steps === killedAt) cpSync(directory, remains, { recursive: true });
    if (steps >= killedAt) throw new Error("killed");
  };
  try {
    new SqliteJournal(path, { accept }).close();
  } catch {
    // What is left counts.
  }
  kill.step = () => {};
  if (steps < killedAt) return false;
  rmSync(directory, { recursive: true });
  cpSync(remains, directory, { recursive: true });
  rmSync(remains, { recursive: true });
  return true;
}

const journals: Readonly<
  Record<string, { readonly make: () => void | Promise<void>; readonly accept?: Accept; readonly ids: readonly string[] }>
> = {
  "a new journal": { make: () => undefined, ids: [] },
  "a journal of an earlier version": {
    make: async () => {
      await writeOne();
      const database = new DatabaseSync(path);
      database.exec(BACK_TO_VERSION_6);
      database.close();
      rmSync(`${path}-mark`);
    },
    ids: ["a"],
  },
  "a journal that had an owner": { make: writeOne, ids: ["a"] },
  "a copy that is accepted": {
    make: async () => {
      await writeOne();
      rmSync(`${path}-mark`);
    },
    accept: "restored",
    ids: ["a"],
  },
};

async function writeOne(): Promise<void> {
  const journal = new SqliteJournal(path);
  await journal.begin(sampleRecord("a", 1));
  journal.close();
}

describe.for(Object.entries(journals))("a start on %s", ([, { make, accept, ids }]) => {
  it("that is killed at any step leads to no refusal of the next one", async () => {
    await make();
    const made = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
    cpSync(directory, made, { recursive: true });
    let killedAt = 1;
    while (startAndKill(killedAt, accept)) {
      const journal = new SqliteJournal(path, { accept });
      expect([killedAt, await journal.list({ limit: 9 })]).toEqual([killedAt, ids]);
      journal.close();
      killedAt += 1;
      rmSync(directory, { recursive: true });
      cpSync(made, directory, { recursive: true });
    }
    rmSync(made, { recursive: true });
    expect(killedAt).toBeGreaterThan(15);
  });
});
