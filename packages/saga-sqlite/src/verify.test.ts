import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renewSums } from "./renew-sums.ts";
import { SqliteJournal } from "./sqlite-journal.ts";
import { accountOf, ids, writeSagas } from "./testing/small-journal.ts";

let directory: string;
let path: string;
let damages: string[];
let journal: SqliteJournal;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "verify-"));
  path = join(directory, "journal.sqlite");
  open();
  await writeSagas(journal);
});

afterEach(() => {
  vi.restoreAllMocks();
  journal.close();
  rmSync(directory, { recursive: true });
});

function open(): void {
  damages = [];
  journal = new SqliteJournal(path, { onDamage: (damage) => damages.push(damage) });
}

/** Changes the file as a bad disk would, while the journal is open. */
function damage(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function verifyAll(): void {
  while (journal.verify());
}

describe("a journal that verifies itself while it is in use", () => {
  it("finds nothing in a sound one, in every round", () => {
    for (let round = 1; round <= 3; round += 1) verifyAll();
    expect(damages).toEqual([]);
  });

  it.for([
    ["UPDATE record SET event = replace(event, '4711', '4712') WHERE saga_id = 'saga-0002'", "what follows its record 1"],
    ["DELETE FROM record WHERE saga_id = 'saga-0002' AND seq = 3", "what follows its record 1"],
    ["DELETE FROM record WHERE saga_id = 'saga-0002' AND seq = 1", "what follows its record 0"],
    ["UPDATE saga SET content = '[' WHERE id = 'saga-0002'", "its row does not fit its sum"],
    ["DELETE FROM saga WHERE id = 'saga-0002'", "it has records and no row"],
  ])("quarantines a saga that has ended, says so once, and harms no other: %s", async ([sql, why]) => {
    damage(String(sql));
    for (let round = 1; round <= 2; round += 1) verifyAll();
    expect(damages.filter((said) => said.includes("quarantined"))).toEqual([
      expect.stringMatching(`^Saga saga-0002 is quarantined: ${why}`),
    ]);
    expect(await journal.list({ status: "needs_intervention", state: "UNREADABLE", limit: 9 })).toEqual(["saga-0002"]);
    const { sagas, keys } = await accountOf(journal);
    expect(ids.filter((id) => sagas[id] === "unreadable")).toEqual(["saga-0002"]);
    expect(Object.values(keys)).toEqual(ids);
    expect((await journal.openVersions()).map(({ running }) => running)).toEqual([2]);
  });

  /** Lets each read of a saga's records fail. */
  function failReadsOf(id: string, errcode: number): void {
    const all = StatementSync.prototype.all;
    vi.spyOn(StatementSync.prototype, "all").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL.includes("FROM record") && values.includes(id)) throw Object.assign(new Error("bad"), { errcode });
      return all.apply(this, values);
    });
  }

  it.for([
    ["no part of a database", 11],
    ["in a sector that cannot be read", 266],
    ["after the end of what can be read", 522],
  ] as const)("quarantines a saga whose records are %s", async ([, errcode]) => {
    failReadsOf("saga-0002", errcode);
    for (let round = 1; round <= 2; round += 1) verifyAll();
    expect(damages).toEqual([expect.stringMatching("^Saga saga-0002 is quarantined")]);
    vi.restoreAllMocks();
    expect(await journal.list({ state: "UNREADABLE", limit: 9 })).toEqual(["saga-0002"]);
  });

  it("goes on after a saga that cannot be read at present, in every round", () => {
    const outOfMemory = 7;
    failReadsOf("saga-0002", outOfMemory);
    damage("UPDATE record SET event = replace(event, '4711', '4712') WHERE saga_id IN ('saga-0003', 'saga-0005')");
    for (let round = 1; round <= 2; round += 1) expect(verifyAll).toThrow("The journal cannot be read at present (bad).");
    expect(damages.filter((said) => said.includes("quarantined"))).toHaveLength(2);
  });

  it("finds a saga whose row was damaged by what it was given, as before", async () => {
    await journal.list({ limit: 1 });
    damage("UPDATE saga SET content = '[1]', updated_at = 1 WHERE id = 'saga-0002'");
    verifyAll();
    const holders = { member: "order_id", value: 4711, since: 2, except: "" };
    const except = ids.filter((id) => id !== "saga-0002");
    damage(`DELETE FROM saga WHERE id IN (${except.map((id) => `'${id}'`).join(", ")})`);
    expect(await journal.holderOf(holders)).toBe("saga-0002");
    expect(await journal.list({ text: "user of saga-0002", limit: 9 })).toEqual(["saga-0002"]);
    expect(await journal.list({ updated: { from: 3 }, state: "UNREADABLE", limit: 9 })).toEqual(["saga-0002"]);
  });

  it("leaves a running saga to the engine, which reads it before it goes on", async () => {
    damage("UPDATE record SET event = replace(event, '4711', '4712') WHERE saga_id = 'saga-0001'");
    verifyAll();
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["saga-0001", "saga-0004"]);
    expect((await accountOf(journal)).sagas["saga-0001"]).toBe("unreadable");
  });

  it("deletes no saga whose row is damaged, because it is not known when it ended", async () => {
    damage("UPDATE saga SET updated_at = 1 WHERE id = 'saga-0002'");
    journal.prune({ endedBefore: 2, keysBefore: 2, limit: 99 });
    expect(await journal.list({ limit: 9 })).toContain("saga-0002");
  });

  it.for([
    ["saga_key", "idempotency_key = 'another'"],
    ["saga_updated", "updated_at = 9"],
    ["saga_waiting", "waiting_for = 'ship'"],
    ["saga_late", "late_signals = 2"],
    ["saga_phase", "phase = 'undoing'"],
  ])("finds a saga that the index %s does not find", ([index, change]) => {
    changeWithoutIndex(String(index), `UPDATE saga SET ${change} WHERE id = 'saga-0005'`);
    verifyAll();
    expect(damages).toEqual([expect.stringMatching("^An index does not find saga saga-0005")]);
  });

  it("harms no saga where only an index is damaged: the next start makes it again", async () => {
    const sound = await accountOf(journal);
    journal.close();
    const file = readFileSync(path);
    const mark = readFileSync(`${path}-mark`);
    const indexed = entriesOfIndex(file, "saga-0002");
    expect(indexed.length).toBe(2);
    for (const place of indexed) {
      const flipped = Buffer.from(file);
      flipped.writeUInt8(flipped.readUInt8(place) ^ 1, place);
      writeFileSync(path, flipped);
      writeFileSync(`${path}-mark`, mark);
      open();
      verifyAll();
      expect(damages).toEqual([expect.stringContaining("The index of records")]);
      journal.close();
      open();
      expect(await accountOf(journal)).toEqual(sound);
      journal.close();
    }
    open();
  });
});

/** Changes sagas, and not an index of theirs. */
function changeWithoutIndex(index: string, sql: string): void {
  const database = new DatabaseSync(path, { defensive: false });
  database.exec(`
    PRAGMA writable_schema = ON;
    CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = '${index}';
    DELETE FROM sqlite_schema WHERE name = '${index}';
    PRAGMA writable_schema = RESET;
    ${sql};`);
  renewSums(database);
  database.exec(
    "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM temp.kept; PRAGMA writable_schema = RESET;",
  );
  database.close();
}

/** Where an id is in the index of records. */
function entriesOfIndex(file: Buffer, id: string): readonly number[] {
  const database = new DatabaseSync(path);
  const root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'record_of_saga'").get()?.["rootpage"]);
  const bytes = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  database.close();
  const places: number[] = [];
  const end = root * bytes;
  for (let place = file.indexOf(id, end - bytes); place >= 0 && place < end; place = file.indexOf(id, place + 1))
    places.push(place);
  return places;
}
