import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeletionClock } from "saga-clock";
import type { Saga } from "saga-core";
import { recordsOf, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepPruning } from "./retention.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

let directory: string;
let journal: SqliteJournal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  journal = new SqliteJournal(join(directory, "journal.sqlite"));
});

afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true });
});

const completed: Saga["phase"] = { name: "completed" };
const needingAHuman: Saga["phase"] = {
  name: "needs-intervention",
  step: "step",
  action: "run",
  reason: "refused",
  during: { name: "forward" },
};

/** Writes sagas by age: each began at the millisecond of its number, and ended, if it did, one later. */
async function write(phases: readonly (Saga["phase"] | undefined)[]): Promise<void> {
  for (const [at, phase] of phases.entries()) {
    const id = `saga-${String(at).padStart(3, "0")}`;
    journal.append(sampleRecord(id, 1, { createdAt: at, updatedAt: at, idempotencyKey: `key-${at}` }));
    if (phase) journal.append(sampleRecord(id, 2, { phase, createdAt: at, updatedAt: at + 1, idempotencyKey: `key-${at}` }));
  }
  await journal.durable();
}

const numbers = async () => (await journal.list({ limit: 200 })).map((id) => Number(id.slice(5))).toReversed();

describe("pruning", () => {
  it("forgets the correlations of the sagas that it deletes, and no other", async () => {
    const query = (correlation: string) => ({ definition: "contract", step: "pay", correlation });
    for (const [at, phase] of [completed, needingAHuman].entries()) {
      const claims = [{ type: "claim", step: "pay", correlation: `c-${at}` }] as const;
      journal.append({ ...sampleRecord(`saga-${at}`, 1, { createdAt: at, updatedAt: at }), claims });
      journal.append(sampleRecord(`saga-${at}`, 2, { phase, createdAt: at, updatedAt: at }));
    }
    await journal.durable();
    journal.prune({ endedBefore: 9, keysBefore: 9, limit: 9 });
    expect(await journal.holderOfCorrelation(query("c-0"))).toBeUndefined();
    expect(await journal.holderOfCorrelation(query("c-1"))).toBe("saga-1");
  });

  it("leaves a saga that was signalled late a moment ago, which is not written yet", async () => {
    await write([completed]);
    const outcome = { outcome: "done", result: {} } as const;
    const event = { type: "signalled", at: 50, step: "step", outcome } as const;
    journal.append({ ...sampleRecord("saga-000", 3, { phase: completed, createdAt: 0, updatedAt: 50 }), event });
    journal.prune({ endedBefore: 9, keysBefore: 9, limit: 9 });
    await journal.durable();
    expect(await recordsOf(journal, "saga-000")).toHaveLength(3);
  });

  it("deletes sagas that ended before an instant, a few with each call, and no other", async () => {
    await write([completed, undefined, completed, needingAHuman, completed, completed, completed, completed]);
    const options = { endedBefore: 6, keysBefore: 0, limit: 3 };
    expect(journal.prune(options)).toBe(true);
    expect(await numbers()).toEqual([1, 3, 4, 5, 6, 7]);
    expect(journal.prune(options)).toBe(true);
    expect(await numbers()).toEqual([1, 3, 5, 6, 7]);
    expect(journal.prune(options)).toBe(false);
    expect(await numbers()).toEqual([1, 3, 5, 6, 7]);
    expect(await recordsOf(journal, "saga-000")).toEqual([]);
    expect(await recordsOf(journal, "saga-001")).toHaveLength(1);
    // The next round begins with the oldest saga again.
    journal.append(sampleRecord("saga-001", 2, { phase: completed, createdAt: 1, updatedAt: 5, idempotencyKey: "key-1" }));
    await journal.durable();
    expect(journal.prune({ ...options, limit: 100 })).toBe(false);
    expect(await numbers()).toEqual([3, 5, 6, 7]);
  });

  it("deletes the keys of sagas that ended before an instant, so that they may start another saga", async () => {
    await write([completed, undefined, completed, completed]);
    journal.prune({ endedBefore: 0, keysBefore: 3, limit: 100 });
    const ids = await Promise.all([0, 1, 2, 3].map((at) => journal.idOfKey(`key-${at}`)));
    expect(ids).toEqual([undefined, "saga-001", "saga-002", "saga-003"]);
    await journal.begin(sampleRecord("saga-100", 1, { idempotencyKey: "key-0" }));
    expect(await journal.idOfKey("key-0")).toBe("saga-100");
  });

  it("repeats itself until no old saga is left", async () => {
    const day = 86_400_000;
    await write(Array.from({ length: 450 }, () => completed));
    const stop = keepPruning(journal, { now: () => 10 * day }, { sagasMs: day, keysMs: day }, (error) => {
      throw error;
    });
    await expect.poll(async () => (await journal.list({ limit: 1 })).length).toBe(0);
    stop();
  });

  it("says which times are recorded next to an instant", async () => {
    expect(journal.recordedTimes(5)).toEqual({ before: undefined, since: undefined });
    await write([completed, undefined, completed, completed]);
    expect(journal.recordedTimes(3)).toEqual({ before: 1, since: 3 });
    expect(journal.recordedTimes(1)).toEqual({ before: undefined, since: 1 });
    expect(journal.recordedTimes(5)).toEqual({ before: 4, since: undefined });
  });

  it("deletes nothing while its clock may be wrong, and reports what keeps it from finding out", async () => {
    await write([completed]);
    const [errors, prune] = [vi.fn(), vi.spyOn(journal, "prune")];
    const unreadable = new TypeError("unreadable");
    const answers = [
      () => undefined,
      () => {
        throw unreadable;
      },
    ];
    for (const now of answers) keepPruning(journal, { now }, { sagasMs: 1, keysMs: 1 }, errors)();
    expect([prune.mock.calls, errors.mock.calls]).toEqual([[], [[unreadable]]]);
  });
});

describe("a start with the clock 40 days ahead", () => {
  const [hour, day] = [3_600_000, 86_400_000];

  /** Makes the first step of a round every ten minutes, for some hours after the start, and returns what is left. */
  async function leftAfter(hours: number) {
    let passedMs = 0;
    const source = { wall: () => 40 * day + passedMs, monotonic: () => passedMs };
    const time = new DeletionClock({ recorded: (instant) => journal.recordedTimes(instant), source });
    const fail = (error: unknown) => {
      throw error;
    };
    for (; passedMs < hours * hour; passedMs += hour / 6) keepPruning(journal, time, { sagasMs: 30 * day, keysMs: day }, fail)();
    return { sagas: await numbers(), ofKey: await journal.idOfKey("key-0") };
  }

  it("deletes no ended saga and no key, until the process saw a day pass", async () => {
    await write([completed, completed]);
    expect(await leftAfter(23)).toEqual({ sagas: [0, 1], ofKey: "saga-000" });
    expect(await leftAfter(25)).toEqual({ sagas: [], ofKey: undefined });
  });
});
