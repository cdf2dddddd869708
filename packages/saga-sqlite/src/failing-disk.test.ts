import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { JournalError } from "saga-core";
import { recordsOf, sampleCompacted, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LogSync } from "./log-sync.ts";
import { readMark } from "./mark.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let path: string;
let journal: SqliteJournal;
/** The connection of the journal, to make it fail as a disk would. */
let connection: DatabaseSync;
let failures: (string | undefined)[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  failures = [];
  const prepare = DatabaseSync.prototype.prepare;
  const spy = vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql) {
    if (sql.startsWith("INSERT INTO record")) connection = this;
    return prepare.call(this, sql);
  });
  journal = new SqliteJournal(path, { onFailure: (failure) => failures.push(failure?.message) });
  spy.mockRestore();
});

afterEach(() => {
  vi.restoreAllMocks();
  journal.close();
  rmSync(directory, { recursive: true });
});

const disks = {
  "a full disk": {
    begin: () => connection.exec("PRAGMA max_page_count = 1; CREATE TEMP TABLE filler AS SELECT 1"),
    end: () => connection.exec("PRAGMA max_page_count = 1073741823"),
    says: /full/,
  },
  "a read-only disk": {
    begin: () => connection.exec("PRAGMA query_only = ON"),
    end: () => connection.exec("PRAGMA query_only = OFF"),
    says: /readonly/,
  },
} as const;

/** Makes a record that needs more room than there is. */
const large = "x".repeat(20_000);

describe.for(Object.entries(disks))("a journal on %s", ([, { begin, end, says }]) => {
  it("refuses a saga that begins, and nothing of it is written later", async () => {
    await journal.begin(sampleRecord("a", 1));
    begin();
    await expect(journal.begin(sampleRecord("b", 1, { fingerprint: large, idempotencyKey: "anonymous:b" }))).rejects.toThrow(
      says,
    );
    expect(journal.failure).toBeInstanceOf(JournalError);
    await expect(journal.begin(sampleRecord("c", 1))).rejects.toThrow(JournalError);
    end();
    await expect.poll(() => journal.failure).toBeUndefined();
    expect(await recordsOf(journal, "b")).toEqual([]);
    expect(await recordsOf(journal, "c")).toEqual([]);
    expect(failures).toEqual([expect.stringMatching(says), undefined]);
  });

  it("shows the sagas that run, also those that began a moment ago", async () => {
    await journal.begin(sampleRecord("a", 1, { fingerprint: "f1", idempotencyKey: "anonymous:a" }));
    await journal.begin(sampleRecord("b", 1, { fingerprint: "f1", input: { user: "ada" } }));
    await journal.begin(sampleRecord("c", 1, { fingerprint: "f2" }));
    begin();
    await expect(journal.begin(sampleRecord("d", 1, { fingerprint: large, idempotencyKey: "anonymous:d" }))).rejects.toThrow(
      says,
    );
    expect(await journal.list({ limit: 2 })).toEqual(["c", "b"]);
    expect(await journal.list({ limit: 9, before: "b" })).toEqual(["a"]);
    expect(await journal.list({ limit: 9, text: "ada" })).toEqual(["b"]);
    expect(await journal.open({ status: "running", limit: 2 })).toEqual(["a", "b"]);
    expect(await journal.open({ status: "running", after: "a", limit: 9 })).toEqual(["b", "c"]);
    expect(await journal.openVersions()).toMatchObject([
      { fingerprint: "f1", running: 2 },
      { fingerprint: "f2", running: 1 },
    ]);
    end();
    await expect.poll(() => journal.failure).toBeUndefined();
    expect(await journal.list({ limit: 9 })).toEqual(["c", "b", "a"]);
  });

  it("keeps the records of running sagas, and writes them when that is possible again", async () => {
    await journal.begin(sampleRecord("a", 1));
    begin();
    journal.append(sampleRecord("a", 2, { fingerprint: large }));
    for (let seq = 3; seq <= 200; seq += 1) journal.append(sampleRecord("a", seq));
    let isDurable = false;
    const durable = journal.durable().then(() => {
      isDurable = true;
    });
    await expect.poll(() => journal.failure).toBeDefined();
    expect(isDurable).toBe(false);
    expect(await recordsOf(journal, "a")).toHaveLength(200);
    end();
    await durable;
    journal.close();
    journal = new SqliteJournal(path);
    expect(await recordsOf(journal, "a")).toHaveLength(200);
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a"]);
  });

  it("compacts nothing while records wait to be written, because some of them may be meant", async () => {
    await journal.begin(sampleRecord("a", 1));
    for (let seq = 2; seq <= 5; seq += 1) journal.append(sampleRecord("a", seq));
    await journal.durable();
    begin();
    for (let seq = 6; seq <= 200; seq += 1) journal.append(sampleRecord("a", seq));
    const durable = journal.durable();
    await expect.poll(() => journal.failure).toBeDefined();
    end();
    const { event } = sampleCompacted("a", { first: 2, last: 6 });
    if (event.type !== "compacted") throw new Error("It is.");
    journal.compact("a", [{ seq: 6, event }]);
    await durable;
    expect(await recordsOf(journal, "a")).toHaveLength(200);
  });

  it("keeps the other records of a commit in which a saga could not begin", async () => {
    await journal.begin(sampleRecord("a", 1));
    begin();
    journal.append(sampleRecord("a", 2));
    await expect(journal.begin(sampleRecord("b", 1, { fingerprint: large, idempotencyKey: "anonymous:b" }))).rejects.toThrow(
      says,
    );
    journal.append(sampleRecord("b", 2));
    end();
    await journal.durable();
    expect(await recordsOf(journal, "a")).toHaveLength(2);
    expect(await recordsOf(journal, "b")).toEqual([]);
  });
});

describe("a journal whose fsync failed", () => {
  it("neither begins nor refuses a saga, because its record may be found after a crash", async () => {
    let isFailing = true;
    let failWith = "COMMIT";
    const run = StatementSync.prototype.run;
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (isFailing && this.sourceSQL === failWith) {
        if (failWith === "COMMIT") throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
        throw Object.assign(new Error("database is locked"), { errcode: 5 });
      }
      return run.apply(this, values);
    });
    let isBegun = false;
    const begun = journal.begin(sampleRecord("a", 1)).then(() => {
      isBegun = true;
    });
    await expect.poll(() => journal.failure).toBeDefined();
    expect(isBegun).toBe(false);
    // The doubt remains when the next attempt fails for another reason.
    failWith = "BEGIN IMMEDIATE";
    await expect.poll(() => journal.failure?.message).toContain("locked");
    expect(isBegun).toBe(false);
    isFailing = false;
    await begun;
    expect(await recordsOf(journal, "a")).toHaveLength(1);
  });
});

describe("a journal whose disk does not take what was committed", () => {
  it.for(["now", "inThread"] as const)(
    "tells nobody, notes nothing, and reports that this process must stop: %s",
    async (how) => {
      const contradictions: string[] = [];
      journal.close();
      journal = new SqliteJournal(path, { onContradiction: ({ message }) => contradictions.push(message) });
      // Where another saga runs, a thread waits for the disk.
      await journal.begin(sampleRecord("a", 1, how === "now" ? { phase: { name: "completed" } } : {}));
      const before = readMark(path);
      const failed = vi.spyOn(LogSync.prototype, how).mockImplementation(() => {
        throw new Error("EIO: i/o error, fdatasync");
      });
      let isTold = false;
      const told = () => {
        isTold = true;
      };
      void journal.begin(sampleRecord("b", 1)).then(told, told);
      await expect.poll(() => contradictions.length).toBeGreaterThan(0);
      expect(contradictions[0]).toContain("the disk did not take it: EIO: i/o error, fdatasync");
      // A later sync that returns proves nothing of it.
      failed.mockRestore();
      await setTimeout(700);
      expect([isTold, readMark(path)]).toEqual([false, before]);
      await expect(journal.begin(sampleRecord("c", 1))).rejects.toThrow(JournalError);
    },
  );
});

describe("the mark of a journal", () => {
  it("counts each commit, and none after a failed fsync: what returned later may be lost with it", async () => {
    const commits = () => {
      const mark = readMark(path);
      return typeof mark === "object" ? mark.commit : undefined;
    };
    await journal.begin(sampleRecord("a", 1));
    expect(commits()).toBe(2);
    let isFailing = true;
    const run = StatementSync.prototype.run;
    vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (isFailing && this.sourceSQL === "COMMIT") throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
      return run.apply(this, values);
    });
    const begun = journal.begin(sampleRecord("b", 1));
    await expect.poll(() => journal.failure).toBeDefined();
    isFailing = false;
    await begun;
    expect(commits()).toBe(2);
    journal.close();
    // The next start counts again.
    journal = new SqliteJournal(path);
    expect(commits()).toBeGreaterThan(2);
  });
});

describe("a journal that cannot be read", () => {
  it("reports why", async () => {
    vi.spyOn(StatementSync.prototype, "all").mockImplementation(() => {
      throw new Error("database disk image is malformed");
    });
    await expect(recordsOf(journal, "a")).rejects.toThrow(
      "The journal cannot be read at present (database disk image is malformed).",
    );
  });
});
