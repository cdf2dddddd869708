import { DatabaseSync, StatementSync } from "node:sqlite";
import { defaultPolicy } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { recordsOf, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkJournal } from "./check.ts";
import { renewSums } from "./renew-sums.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

const terms = [{ step: "step", keyed: true, arrivesWithinMs: 1, orphanIsHarmless: false }];

let place: JournalPlace;
let damages: string[];
let journal: SqliteJournal;

beforeEach(() => {
  place = new JournalPlace();
  open();
});

afterEach(() => place.clear());

function open(): void {
  damages = [];
  journal = place.open({ onDamage: (damage) => damages.push(damage) });
}

/** Opens the journal again after its file was changed. */
function reopenAfter(sql: string): void {
  place.close(journal);
  const database = new DatabaseSync(place.path);
  database.exec(sql);
  database.close();
  open();
}

function start(id: string, deadlineMs = 1_000): JournalRecord {
  const policy = { ...defaultPolicy, deadlineMs };
  const origin = { id, definition: "order", version: 1, fingerprint: "f1", input: {} };
  return { ...sampleRecord(id, 1), event: { type: "started", at: 1, ...origin, policy, terms } };
}

function all(sql: string): readonly unknown[] {
  const database = new DatabaseSync(place.path, { readOnly: true });
  const rows = database.prepare(sql).all();
  database.close();
  return rows.flatMap((row) => Object.values(row));
}

describe("the policy and terms of sagas", () => {
  it("are written once for all starts that have the same, in two copies", async () => {
    for (const id of ["a", "b"]) await journal.begin(start(id));
    await journal.begin(start("c", 2_000));
    reopenAfter("");
    await journal.begin(start("d"));
    expect(all("SELECT count(*) FROM terms GROUP BY number")).toEqual([2, 2]);
    const [first, second] = all("SELECT event ->> '$.common' FROM record WHERE saga_id IN ('a', 'c') ORDER BY saga_id");
    expect(all("SELECT event ->> '$.common' FROM record ORDER BY saga_id")).toEqual([first, first, second, first]);
    expect(all("SELECT count(*) FROM record WHERE instr(event, 'deadlineMs') > 0")).toEqual([0]);
    for (const [id, deadlineMs] of [
      ["a", 1_000],
      ["c", 2_000],
      ["d", 1_000],
    ] as const)
      expect(await recordsOf(journal, id)).toEqual([start(id, deadlineMs).event]);
  });

  it("are mended by a start that finds a copy damaged or gone, and harm no saga", async () => {
    await journal.begin(start("a"));
    for (const sql of [
      "UPDATE terms SET value = replace(value, '1000', '1001') WHERE copy = 1",
      "UPDATE terms SET number = 7 WHERE copy = 2",
      "DELETE FROM terms WHERE copy = 1",
    ]) {
      reopenAfter(sql);
      expect(damages).toEqual(["A copy of the terms of sagas was damaged. It was made again from the other one."]);
      expect(await recordsOf(journal, "a")).toEqual([start("a").event]);
      expect(all("SELECT count(*) FROM terms GROUP BY number")).toEqual([2]);
    }
  });

  it("make their sagas unreadable only if both copies are damaged, until a saga begins with the same", async () => {
    await journal.begin(start("a"));
    await journal.begin(start("b", 2_000));
    reopenAfter("UPDATE terms SET value = '{}' WHERE instr(value, '\"deadlineMs\":2000') > 0");
    expect(damages).toEqual(["Both copies of terms of sagas were damaged: their sagas cannot be read."]);
    expect(await recordsOf(journal, "a")).toEqual([start("a").event]);
    expect(await recordsOf(journal, "b")).toEqual([expect.stringMatching(/^its terms, number \d+, are damaged$/)]);
    expect(checkJournal(place.path).problems).toEqual(["the terms of a saga are damaged: b"]);
    // Other terms never get the number of those that were lost.
    await journal.begin(start("c", 3_000));
    expect(await recordsOf(journal, "b")).toEqual([expect.stringMatching(/are damaged$/)]);
    await journal.begin(start("d", 2_000));
    expect(await recordsOf(journal, "b")).toEqual([start("b", 2_000).event]);
    expect(checkJournal(place.path).problems).toEqual([]);
  });

  it.for([
    ["UPDATE terms SET value = '{}' WHERE copy = 2", /^a copy of the terms of sagas is damaged: \d+$/],
    ["DELETE FROM terms WHERE copy = 2", /^a copy of the terms of sagas is missing: \d+$/],
    ["DELETE FROM terms", /^the terms of a saga are damaged: a$/],
  ] as const)("are found damaged by the check: %s", async ([sql, problem]) => {
    await journal.begin(start("a"));
    place.close(journal);
    const database = new DatabaseSync(place.path);
    database.exec(sql);
    database.close();
    expect(checkJournal(place.path).problems).toEqual([expect.stringMatching(problem)]);
  });

  it("are read from a start that was recorded with them, as earlier versions did", async () => {
    await journal.begin(start("a"));
    place.close(journal);
    const database = new DatabaseSync(place.path);
    database.prepare("UPDATE record SET event = ?").run(JSON.stringify(start("a").event));
    renewSums(database);
    database.close();
    open();
    expect(await recordsOf(journal, "a")).toEqual([start("a").event]);
  });

  it("that were to be written in a transaction that failed are written with the next one", async () => {
    const { run } = StatementSync.prototype;
    const spy = vi.spyOn(StatementSync.prototype, "run").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL === "COMMIT") throw new Error("the disk is full");
      return run.apply(this, values);
    });
    await expect(journal.begin(start("a"))).rejects.toThrow("full");
    spy.mockRestore();
    await expect.poll(() => journal.failure).toBeUndefined();
    await journal.begin(start("b"));
    expect(await recordsOf(journal, "b")).toEqual([start("b").event]);
    expect(all("SELECT count(*) FROM terms GROUP BY number")).toEqual([2]);
  });
});
