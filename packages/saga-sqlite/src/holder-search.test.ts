import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { done } from "saga-core";
import type { JournalRecord } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";

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

  it("passes a damaged record over", async () => {
    for (const number of [0, 2]) journal.append(givenOrder(idOf(number), 7));
    await journal.durable();
    const database = new DatabaseSync(path);
    database.exec(`UPDATE record SET event = event || '}' WHERE saga_id = '${idOf(2)}'`);
    database.close();
    expect(await journal.holderOf(query)).toBe(idOf(0));
  });
});
