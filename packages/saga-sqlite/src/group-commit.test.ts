import { setImmediate } from "node:timers/promises";
import { type JournalCommit, JournalError } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GroupCommit } from "./group-commit.ts";
import { ContradictionError } from "./sqlite-error.ts";

/** The records of each commit, as `<saga>/<seq>`. */
let commits: (readonly string[])[];
/** The error of the next writes. */
let failWith: Error | undefined;
let forgotten: string[];
let failures: (string | undefined)[];
let contradictions: string[];
let durable: JournalCommit[];
let behind: number;
/** Why what was written is not where it was, if so. */
let gone: Error | undefined;
/** How often the event loop waited for the disk. */
let waits: number;
/** Ends the sync that is under way in a thread; with an error, if one is given. */
let endSync: ((error?: Error) => void) | undefined;
let commit: GroupCommit;

beforeEach(() => {
  commits = [];
  failWith = undefined;
  gone = undefined;
  waits = 0;
  endSync = undefined;
  forgotten = [];
  failures = [];
  contradictions = [];
  durable = [];
  behind = 0;
  const table = {
    isDue: false,
    get behind() {
      return behind;
    },
    forget: (ids: Iterable<string>) => {
      forgotten = [...forgotten, ...ids];
    },
  };
  const write = (records: readonly JournalRecord[]) => {
    if (failWith) throw failWith;
    commits = [...commits, records.map(({ saga }) => `${saga.id}/${saga.seq}`)];
    return 10 * records.length;
  };
  const sync = {
    now: () => {
      waits += 1;
      if (gone) throw gone;
    },
    inThread: () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      endSync = (error) => {
        endSync = undefined;
        if (error) reject(error);
        else resolve();
      };
      return promise;
    },
  };
  commit = new GroupCommit({
    table,
    write,
    sync,
    onFailure: (failure) => failures.push(failure?.message),
    onContradiction: ({ message }) => contradictions.push(message),
    onCommit: (made) => durable.push(made),
  });
});

afterEach(() => {
  failWith = undefined;
  commit.close();
  vi.restoreAllMocks();
});

function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { errcode });
}

describe("a group commit", () => {
  it("writes the records of one turn of the event loop in one transaction", async () => {
    for (let seq = 1; seq <= 3; seq += 1) commit.append(sampleRecord("a", seq));
    const first = commit.durable();
    commit.append(sampleRecord("b", 1));
    await Promise.all([first, commit.durable()]);
    expect(commits).toEqual([["a/1", "a/2", "a/3", "b/1"]]);
    commit.append(sampleRecord("a", 4));
    await commit.durable();
    expect(commits).toEqual([["a/1", "a/2", "a/3", "b/1"], ["a/4"]]);
  });

  it("writes a record before long that no caller waits for", async () => {
    commit.append(sampleRecord("a", 1));
    await expect.poll(() => commits).toEqual([["a/1"]]);
  });

  it("has nothing to wait for when everything is written", async () => {
    await commit.durable();
    expect(commits).toEqual([]);
  });

  it("tells how many records of how many bytes it made durable, and not before the disk has them", async () => {
    const begun = [commit.begin(sampleRecord("a", 1)), commit.begin(sampleRecord("b", 1))];
    await expect.poll(() => endSync).toBeDefined();
    expect(durable).toEqual([]);
    endSync?.(new Error("the disk is gone"));
    await expect.poll(() => failures).toHaveLength(1);
    expect(durable).toEqual([]);
    await Promise.all(begun);
    expect(durable.map(({ records, bytes }) => ({ records, bytes }))).toEqual([{ records: 2, bytes: 20 }]);
    expect(durable[0]?.tookMs).toBeGreaterThan(0);
  });

  it("tells of no commit that has no record", async () => {
    behind = 1;
    commit.writeNow();
    expect([commits, durable]).toEqual([[[]], []]);
  });

  it("writes the pending records when it is closed", () => {
    commit.append(sampleRecord("a", 1));
    commit.close();
    expect(commits).toEqual([["a/1"]]);
  });
});

describe("a group commit while the event loop is busy", () => {
  /** Makes a turn of the event loop take as many milliseconds as a test sets. */
  function slowTurns(): (ms: number) => Promise<void> {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    return async (ms) => {
      now += ms;
      await setImmediate();
    };
  }

  it("lets more records join the commit, but not for longer than 8 ms", async () => {
    const turn = slowTurns();
    commit.append(sampleRecord("a", 1));
    void commit.durable();
    await turn(4);
    void commit.begin(sampleRecord("b", 1));
    await turn(3.9);
    expect(commits).toEqual([]);
    await turn(0.2);
    expect(commits).toEqual([["b/1", "a/1"]]);
  });

  it("commits after the first idle turn", async () => {
    const turn = slowTurns();
    void commit.begin(sampleRecord("a", 1));
    await turn(0.5);
    expect(commits).toEqual([]);
    await turn(0);
    expect(commits).toEqual([["a/1"]]);
  });
});

describe("a group commit that waits for the disk", () => {
  it("does so on the event loop for a saga that runs alone", async () => {
    await commit.begin(sampleRecord("a", 1));
    behind = 1;
    commit.append(sampleRecord("a", 2));
    await commit.durable();
    expect(commits).toEqual([["a/1"], ["a/2"]]);
    expect(waits).toBe(2);
  });

  it("does so in a thread for several sagas, and tells nobody before it has ended", async () => {
    const told: string[] = [];
    void commit.begin(sampleRecord("a", 1)).then(() => told.push("a"));
    void commit.begin(sampleRecord("b", 1)).then(() => told.push("b"));
    void commit.durable().then(() => told.push("durable"));
    await expect.poll(() => endSync).toBeDefined();
    expect([commits, told, waits]).toEqual([[["a/1", "b/1"]], [], 0]);
    endSync?.();
    await expect.poll(() => told).toEqual(["a", "b", "durable"]);
  });

  it("writes what comes meanwhile after it, in one transaction, and tells that after a sync of its own", async () => {
    behind = 2;
    void commit.begin(sampleRecord("a", 1));
    await expect.poll(() => endSync).toBeDefined();
    const told: string[] = [];
    void commit.begin(sampleRecord("b", 1)).then(() => told.push("b"));
    await setImmediate();
    void commit.begin(sampleRecord("c", 1)).then(() => told.push("c"));
    await setImmediate();
    expect(commits).toEqual([["a/1"]]);
    endSync?.();
    await expect.poll(() => commits).toEqual([["a/1"], ["b/1", "c/1"]]);
    expect(told).toEqual([]);
    endSync?.();
    await expect.poll(() => told).toEqual(["b", "c"]);
  });

  it("waits also for what was written and that nobody waited for", async () => {
    behind = 2;
    commit.append(sampleRecord("a", 2));
    await expect.poll(() => endSync).toBeDefined();
    let isDurable = false;
    const durable = commit.durable().then(() => {
      isDurable = true;
    });
    await setImmediate();
    expect(isDurable).toBe(false);
    endSync?.();
    await durable;
    expect(commits).toEqual([["a/2"]]);
  });

  it("syncs again what was written while a sync was under way, because that one may have passed it over", async () => {
    behind = 2;
    void commit.begin(sampleRecord("a", 1));
    await expect.poll(() => endSync).toBeDefined();
    commit.append(sampleRecord("a", 2));
    await expect.poll(() => commits).toEqual([["a/1"], ["a/2"]]);
    const durable = commit.durable();
    let isDurable = false;
    void durable.then(() => {
      isDurable = true;
    });
    const first = endSync;
    first?.();
    await expect.poll(() => endSync !== undefined && endSync !== first).toBe(true);
    expect(isDurable).toBe(false);
    endSync?.();
    await durable;
  });

  it("has all of it durable when it returns, if it is to write at once", async () => {
    behind = 2;
    const begun = commit.begin(sampleRecord("a", 1));
    await expect.poll(() => endSync).toBeDefined();
    commit.append(sampleRecord("a", 2));
    commit.writeNow();
    await begun;
    await commit.durable();
    expect([commits, waits]).toEqual([[["a/1"], ["a/2"]], 1]);
    endSync?.();
  });

  it("tells nobody if the disk did not take it, writes it once, and reports that this process must stop", async () => {
    behind = 2;
    let isTold = false;
    const told = () => {
      isTold = true;
    };
    commit.begin(sampleRecord("a", 1)).then(told, told);
    await expect.poll(() => endSync).toBeDefined();
    const lost = new ContradictionError("the disk did not take it");
    gone = lost;
    endSync?.(lost);
    await expect.poll(() => contradictions).toEqual([expect.stringContaining("the disk did not take it")]);
    await expect(commit.begin(sampleRecord("b", 1))).rejects.toThrow(JournalError);
    await expect.poll(() => waits).toBe(1);
    expect([commits.flat(), isTold]).toEqual([["a/1"], false]);
  });

  it("tells it once the file is back that was gone after the sync", async () => {
    behind = 2;
    const begun = commit.begin(sampleRecord("a", 1));
    await expect.poll(() => endSync).toBeDefined();
    gone = new Error("the file is gone");
    endSync?.(gone);
    await expect.poll(() => commit.failure?.message).toContain("the file is gone");
    gone = undefined;
    await begun;
    expect(commits.flat()).toEqual(["a/1"]);
    expect(failures).toEqual([expect.stringContaining("gone"), undefined]);
  });
});

describe("a group commit that cannot write", () => {
  const full = sqliteError("database or disk is full", 13);

  it("refuses the sagas that were to begin, and keeps the records of the others", async () => {
    failWith = full;
    commit.append(sampleRecord("a", 2));
    await expect(commit.begin(sampleRecord("b", 1))).rejects.toThrow(/disk is full/);
    await expect(commit.begin(sampleRecord("c", 1))).rejects.toThrow(JournalError);
    commit.append(sampleRecord("b", 2));
    expect(forgotten).toEqual(["b"]);
    failWith = undefined;
    await commit.durable();
    expect(commits).toEqual([["a/2"]]);
    expect(failures).toEqual([expect.stringMatching(/disk is full/), undefined]);
  });

  it("keeps a saga that was to begin after a failed fsync: it may be found after a crash", async () => {
    failWith = sqliteError("disk I/O error", 1034);
    const begun = commit.begin(sampleRecord("a", 1));
    await expect.poll(() => failures).toHaveLength(1);
    // The doubt remains, whatever fails next.
    failWith = full;
    await expect.poll(() => commit.failure?.message).toContain("full");
    failWith = undefined;
    await begun;
    expect(commits).toEqual([["a/1"]]);
    expect(forgotten).toEqual([]);
  });

  it("neither refuses nor accepts a saga that was written to a file that is gone then, and writes it once", async () => {
    gone = new Error("the file is gone");
    let isBegun = false;
    const begun = commit.begin(sampleRecord("a", 1)).then(() => {
      isBegun = true;
    });
    await expect.poll(() => commit.failure?.message).toContain("the file is gone");
    await setImmediate();
    expect(isBegun).toBe(false);
    gone = undefined;
    await begun;
    expect(commits[0]).toEqual(["a/1"]);
    expect(commits.slice(1).flat()).toEqual([]);
    expect(forgotten).toEqual([]);
  });

  it("refuses at once what begins after something else found that nothing can be written", async () => {
    commit.suspect(full);
    await expect(commit.begin(sampleRecord("a", 1))).rejects.toThrow(/disk is full/);
    expect(failures).toEqual([expect.stringMatching(/disk is full/)]);
    commit.suspect(full);
    await expect.poll(() => failures).toEqual([expect.stringMatching(/disk is full/), undefined]);
    expect(contradictions).toEqual([]);
  });

  it("reports once that it fails, and once that it can write again", async () => {
    failWith = full;
    commit.append(sampleRecord("a", 2));
    const durable = commit.durable();
    await expect.poll(() => failures).toHaveLength(1);
    const first = commit.failure;
    await expect.poll(() => commit.failure).not.toBe(first);
    failWith = undefined;
    await durable;
    expect(failures).toEqual([expect.stringMatching(/disk is full/), undefined]);
    expect(commit.failure).toBeUndefined();
  });

  it("reports a record that the file has already", async () => {
    failWith = sqliteError("UNIQUE constraint failed: record.saga_id, record.seq", 2067);
    commit.append(sampleRecord("a", 1));
    await expect.poll(() => contradictions).toEqual([expect.stringMatching(/contradicts what this process wrote/)]);
  });
});
