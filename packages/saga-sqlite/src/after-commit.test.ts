import { StatementSync } from "node:sqlite";
import { recordsOf, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JournalFile } from "./journal-file.ts";
import { openJournal } from "./open-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

/** The calls that fail as on a broken disk. */
const broken = vi.hoisted(() => new Set<string>());

vi.mock("node:fs", async (importOriginal) => {
  const original: Record<string, unknown> = await importOriginal();
  const breakable = ["closeSync", "fstatSync", "readSync", "writeSync"].map((name) => [
    name,
    (...values: readonly unknown[]) => {
      if (broken.has(name)) throw new Error(`broken: ${name}`);
      const method = original[name];
      return typeof method === "function" ? Reflect.apply(method, undefined, values) : undefined;
    },
  ]);
  return { ...original, ...Object.fromEntries(breakable) };
});

const ignore = () => undefined;
/** After so many commits the length of the log is looked at. */
const COMMITS = 16;

let place: JournalPlace;
let file: JournalFile | undefined;

beforeEach(() => {
  place = new JournalPlace();
  const get = StatementSync.prototype.get;
  vi.spyOn(StatementSync.prototype, "get").mockImplementation(function (this: StatementSync, ...values) {
    for (const part of broken)
      if (this.sourceSQL.includes(part)) throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
    return get.apply(this, values);
  });
});

afterEach(() => {
  broken.clear();
  file?.close();
  file = undefined;
  vi.restoreAllMocks();
  place.clear();
});

describe.for([
  ["the mark cannot be written", ["writeSync"]],
  ["the log cannot be measured", ["NOOP"]],
  ["the log can neither be measured nor copied", ["NOOP", "PASSIVE"]],
  ["the main file has no state after a copy", ["fstatSync"]],
  ["the main file cannot be read after a copy", ["readSync"]],
] as const)("a commit after which %s", ([, parts]) => {
  it("is not taken for one that failed, because it is durable", () => {
    const opened = openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice: ignore, framesMax: 1 });
    file = opened;
    for (const part of parts) broken.add(part);
    for (let commit = 1; commit <= COMMITS; commit += 1)
      opened.transact(() => opened.statements.insertRecord.run("a", commit, "{}", 0));
    expect(opened.statements.load.all("a", 0, 99)).toHaveLength(COMMITS);
  });
});

describe("a watch that cannot read the main file after a copy", () => {
  it.for(["fstatSync", "readSync"])("says so at its next look, and goes on when it can: %s", (call) => {
    const opened = openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice: ignore, framesMax: 1 });
    file = opened;
    broken.add(call);
    for (let commit = 1; commit <= COMMITS; commit += 1) opened.transact(ignore);
    expect(() => opened.look()).toThrow(`broken: ${call}`);
    expect(() => opened.confirm()).toThrow(`broken: ${call}`);
    broken.clear();
    expect(() => opened.look()).not.toThrow();
    opened.transact(ignore);
  });
});

describe("a journal whose log cannot be measured or copied", () => {
  it("refuses no saga that is in its file, and writes no record twice", async () => {
    const contradictions: string[] = [];
    const journal = place.open({ onContradiction: ({ message }) => contradictions.push(message) });
    broken.add("NOOP").add("PASSIVE");
    for (let index = 0; index < 2 * COMMITS; index += 1) await journal.begin(sampleRecord(`saga-${index}`, 1));
    for (let seq = 2; seq <= 2 * COMMITS; seq += 1) {
      journal.append(sampleRecord("saga-0", seq));
      await journal.durable();
    }
    expect(await journal.list({ limit: 99 })).toHaveLength(2 * COMMITS);
    expect(await recordsOf(journal, "saga-0")).toHaveLength(2 * COMMITS);
    expect([journal.failure, contradictions]).toEqual([undefined, []]);
  });
});

describe("a commit whose fsync failed", () => {
  it("is told as such, also if the mark cannot be closed: only so nothing of it is refused", () => {
    const opened = openJournal(place.path, { onMigration: ignore, onDamage: ignore, onNotice: ignore });
    file = opened;
    const failed = Object.assign(new Error("disk I/O error"), { errcode: 1034 });
    const run = StatementSync.prototype.run;
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL === "COMMIT") throw failed;
      return run.apply(this, values);
    });
    broken.add("closeSync");
    expect(() => opened.transact(ignore)).toThrow(failed);
  });
});
