import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findingOf } from "./findings.ts";
import { LogSync } from "./log-sync.ts";
import { look } from "./look.ts";
import { readMark, SECTOR_BYTES } from "./mark.ts";
import { openJournal } from "./open-journal.ts";
import { sumOf } from "./sums.ts";
import { JournalPlace } from "./testing/journal-place.ts";

const ignore = () => undefined;
const COMMITS = 128;
const CUTS_PER_CHANGE = 5;

/** The bytes of a journal's files at one instant. */
interface Instant {
  readonly main: Buffer;
  readonly log: Buffer;
  /** The log when it was synced last. */
  readonly syncedLog: Buffer;
  /** Whether the log was being copied into the main file until then. */
  readonly isCopy: boolean;
  /** The marks that were written before what changed last was synced. */
  readonly marks: readonly Buffer[];
  /** The last commit that is durable. */
  readonly commit: number;
}

let place: JournalPlace;
let random: () => number;

beforeEach(() => {
  place = new JournalPlace();
  let seed = 27;
  random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
});

afterEach(() => {
  vi.restoreAllMocks();
  place.clear();
});

/** Some sectors as they were and some as they were to become; one that is new may have nothing yet. */
function torn(before: Buffer, after: Buffer): Buffer {
  const length = random() < 0.5 ? Math.max(before.length, after.length) : before.length;
  const whole = Buffer.alloc(length);
  for (let at = 0; at < length; at += SECTOR_BYTES) {
    const source = random() < 0.5 ? before : after;
    source.subarray(at, at + SECTOR_BYTES).copy(whole, at);
  }
  return whole;
}

/** A mark whose slot is any that was written so far, or none that counts: it is not synced. */
function anyOf(marks: readonly Buffer[]): Buffer {
  const some = marks[Math.floor(random() * marks.length)] ?? Buffer.alloc(0);
  if (random() < 0.8) return some;
  return Buffer.concat([some.subarray(0, SECTOR_BYTES + 40), Buffer.alloc(SECTOR_BYTES - 40, 0x20)]);
}

/** Takes down each instant before and after a change of a journal's files. */
class Recorder {
  readonly instants: Instant[] = [];
  readonly #path: string;
  #marks: readonly Buffer[];
  #syncedLog: Buffer;
  #commit: number;
  /** The commits since the last sync. */
  #unsynced = 0;
  /** The lock beside the journal has commits too. */
  #isOwnerAdded = false;

  constructor(path: string, commit: number) {
    this.#path = path;
    this.#commit = commit;
    this.#marks = [this.#bytesOf("-mark")];
    this.#syncedLog = this.#bytesOf("-wal");
    this.#add();
    const recorder = this;
    const { get, run } = StatementSync.prototype;
    const { exec } = DatabaseSync.prototype;
    vi.spyOn(StatementSync.prototype, "get").mockImplementation(function (this: StatementSync, ...values) {
      if (!this.sourceSQL.includes("PASSIVE")) return get.apply(this, values);
      recorder.#noteMark();
      recorder.#add();
      const result = get.apply(this, values);
      recorder.#synced();
      recorder.#add({ isCopy: true });
      return result;
    });
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      const isCommit = this.sourceSQL === "COMMIT";
      if (this.sourceSQL.startsWith("INSERT INTO progress")) recorder.#isOwnerAdded = true;
      return isCommit ? recorder.#watch(() => run.apply(this, values)) : run.apply(this, values);
    });
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (this: DatabaseSync, sql) {
      if (sql !== "COMMIT" || !recorder.#isOwnerAdded) return exec.call(this, sql);
      // A start waits for the disk within each commit.
      recorder.#watch(() => exec.call(this, sql));
      recorder.#synced();
      recorder.#add();
    });
    const { now } = LogSync.prototype;
    vi.spyOn(LogSync.prototype, "now").mockImplementation(function (this: LogSync) {
      now.call(this);
      recorder.#synced();
      recorder.#add();
    });
  }

  #watch<Result>(commit: () => Result): Result {
    this.#noteMark();
    const result = commit();
    this.#unsynced += 1;
    this.#add();
    return result;
  }

  #synced(): void {
    this.#syncedLog = this.#bytesOf("-wal");
    this.#commit += this.#unsynced;
    this.#unsynced = 0;
  }

  #noteMark(): void {
    this.#marks = [...this.#marks, this.#bytesOf("-mark")];
  }

  #add({ isCopy } = { isCopy: false }): void {
    const bytes = { main: this.#bytesOf(""), log: this.#bytesOf("-wal"), syncedLog: this.#syncedLog };
    this.instants.push({ ...bytes, isCopy, marks: this.#marks, commit: this.#commit });
  }

  #bytesOf(part: string): Buffer {
    return existsSync(`${this.#path}${part}`) ? readFileSync(`${this.#path}${part}`) : Buffer.alloc(0);
  }
}

/** The changes while a journal is written that is copied into its main file now and then, and while the next owner starts after a kill. */
function changesOfARun(): readonly (readonly [before: Instant, after: Instant])[] {
  const options = { onMigration: ignore, onDamage: ignore, onNotice: ignore, framesMax: 8 };
  const file = openJournal(place.path, options);
  const run = new Recorder(place.path, 1);
  for (let commit = 2; commit <= COMMITS; commit += 1) {
    const event = `"${"x".repeat(900 + commit)}"`;
    file.commit(() => file.statements.insertRecord.run("a", commit, event, sumOf("a", commit, event)));
    // Several commits wait for one sync.
    if (commit % 2 === 0) file.syncNow();
  }
  vi.restoreAllMocks();
  const killed = place.copy();
  file.close();
  const start = new Recorder(killed, COMMITS);
  const next = openJournal(killed, options);
  vi.restoreAllMocks();
  next.close();
  return [run, start].flatMap(({ instants }) =>
    instants.slice(1).map((after, index) => [instants[index] ?? after, after] as const),
  );
}

/** What a power cut may leave while the files change from one instant to the next. Gives the path of the journal. */
function cutPower(before: Instant, after: Instant): string {
  // The log is synced before it is copied, and the main file before the log begins anew.
  const left = {
    "": after.isCopy ? torn(before.main, after.main) : before.main,
    "-wal": after.isCopy ? before.log : torn(before.syncedLog, after.log),
    "-mark": anyOf(after.marks),
  };
  const folder = join(place.directory, "cut");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const path = join(folder, "journal.sqlite");
  for (const [part, bytes] of Object.entries(left)) writeFileSync(`${path}${part}`, bytes);
  return path;
}

/** Looks as a start does. */
function expectNoRefusal(path: string, commit: number): void {
  const seen = look(path, true);
  expect([commit, findingOf(path, seen, readMark(path))]).toEqual([commit, undefined]);
  expect(seen.kind === "journal" && (seen.progress?.commit ?? 0)).toBeGreaterThanOrEqual(commit);
}

function expectAllRecords(path: string, commit: number): void {
  const file = openJournal(path, { onMigration: ignore, onDamage: ignore, onNotice: ignore });
  const records = file.statements.load.all("a", 0, COMMITS);
  // The first commit, and the one after the last record, are of owners that start.
  const durable = Array.from({ length: Math.min(commit, COMMITS) - 1 }, (_, at) => at + 2);
  expect(records.slice(0, durable.length).map(({ seq }) => Number(seq))).toEqual(durable);
  file.close();
}

describe("a power cut", () => {
  it("never leads to a refusal, and what was durable is there", () => {
    const changes = changesOfARun();
    const copies = changes.filter(([before, after]) => after.isCopy && !before.main.equals(after.main));
    expect(copies.length).toBeGreaterThanOrEqual(5);
    const cuts = changes.flatMap((change) => Array.from({ length: CUTS_PER_CHANGE }, () => change));
    for (const [index, [before, after]] of cuts.entries()) {
      const path = cutPower(before, after);
      expectNoRefusal(path, before.commit);
      if (index % 50 === 0) expectAllRecords(path, before.commit);
    }
  });
});
