import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { done } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";
import { defineSums, SAGA_SUM } from "./sums.ts";

let directory: string;
let path: string;
let journal: SqliteJournal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "saga-sqlite-"));
  path = join(directory, "journal.sqlite");
  journal = new SqliteJournal(path);
});

afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true });
});

/** More sagas than one turn of the event loop searches. */
const SAGAS = 450;

function idOf(number: number): string {
  return `saga-${String(number).padStart(4, "0")}`;
}

function givenOrder(id: string, order: number): JournalRecord {
  const outcome = done({ order });
  const event = { type: "answered", at: 1, step: "step", action: "run", attempt: 1, outcome, random: 0 } as const;
  return { ...sampleRecord(id, 2, { data: { order } }), event };
}

const query = { member: "order", value: 7, since: 0, except: idOf(1) };

describe("the search for the saga that was given an id too", () => {
  beforeEach(async () => {
    await Promise.all(Array.from({ length: SAGAS }, (_, number) => journal.begin(sampleRecord(idOf(number), 1))));
  });

  it("finds one whose record is appended while an older part of the file is searched", async () => {
    const asked = journal.holderOf(query);
    journal.append(givenOrder(idOf(SAGAS - 1), 7));
    expect(await asked).toBe(idOf(SAGAS - 1));
  });

  it("finds the oldest one", async () => {
    journal.append(givenOrder(idOf(0), 7));
    expect(await journal.holderOf(query)).toBe(idOf(0));
  });

  /** Gives order 7 to a saga, changes the file as a bad disk would, and searches. */
  async function holderAfter(sql: string, { verified = false } = {}): Promise<string | undefined> {
    journal.append(givenOrder(idOf(2), 7));
    journal.append(givenOrder(idOf(3), 8));
    await journal.durable();
    await journal.list({ limit: 1 });
    const database = new DatabaseSync(path);
    defineSums(database);
    database.exec(sql);
    database.close();
    while (verified && journal.verify());
    return await journal.holderOf(query);
  }

  const ofHolder = `WHERE saga_id = '${idOf(2)}'`;
  const otherOrder = `UPDATE record SET event = replace(event, '"order":7', '"order":5') ${ofHolder}`;
  const ended = `UPDATE saga SET status = 'completed'; UPDATE saga SET sum = ${SAGA_SUM}`;

  it.for([
    ["whose record has another id now", otherOrder],
    ["that is quarantined because of its record", `${ended}; ${otherOrder}`, { verified: true }],
    ["whose record is missing", `DELETE FROM record ${ofHolder} AND seq = 2`],
    ["whose start is missing", `${otherOrder}; DELETE FROM record ${ofHolder} AND seq = 1`],
    [
      "that is quarantined because its row does not have the id any more",
      `${ended}; UPDATE saga SET content = '[5]' WHERE id = '${idOf(2)}'`,
      { verified: true },
    ],
    [
      "whose row was written before it was given the id",
      `UPDATE saga SET content = '[]', seq = 1; UPDATE saga SET sum = ${SAGA_SUM}`,
    ],
  ] as const)("finds the only one, %s", async ([, sql, options]) => {
    expect(await holderAfter(sql, options)).toBe(idOf(2));
  });

  it.for([
    ["the only one on a page that is no part of a database", 11, idOf(2)],
    ["the only one in a sector that cannot be read", 266, idOf(2)],
  ] as const)("finds %s", async ([, errcode, holder]) => {
    const all = StatementSync.prototype.all;
    const spy = vi.spyOn(StatementSync.prototype, "all").mockImplementation(function (this: StatementSync, ...values) {
      if (this.sourceSQL.includes("FROM record") && values.includes(idOf(2))) throw Object.assign(new Error("bad"), { errcode });
      return all.apply(this, values);
    });
    try {
      expect(await holderAfter("")).toBe(holder);
    } finally {
      spy.mockRestore();
    }
  });

  it("passes over a damaged saga that was given another id", async () => {
    const other = `UPDATE record SET event = replace(event, '"order":8', '"order":9') WHERE saga_id = '${idOf(3)}'`;
    const deleted = `DELETE FROM saga WHERE id = '${idOf(2)}'; DELETE FROM record ${ofHolder}`;
    expect(await holderAfter(`${other}; ${deleted}`)).toBeUndefined();
  });
});
