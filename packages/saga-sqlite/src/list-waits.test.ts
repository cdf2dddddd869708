import { DatabaseSync } from "node:sqlite";
import type { Saga } from "saga-core";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkJournal } from "./check.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;
let journal: SqliteJournal;

beforeEach(() => {
  place = new JournalPlace();
  journal = place.open();
});

afterEach(() => place.clear());

const waiting: Partial<Saga> = { steps: [{ step: "pay", status: "waiting", attempts: 0, calling: false }] };
const waits = { waitingFor: "pay", limit: 9 } as const;

function rows(sql: string): readonly unknown[] {
  const database = new DatabaseSync(place.path, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe("the sagas that wait, and those with late signals", () => {
  it.for([
    ["SELECT id FROM saga WHERE waiting_for = 'pay' AND id < 'b' ORDER BY id DESC LIMIT 9", "saga_waiting"],
    ["SELECT id FROM saga WHERE late_signals = 1 AND id < 'b' ORDER BY id DESC LIMIT 9", "saga_late"],
  ])("are found by an index: %s", ([sql, index]) => {
    expect(JSON.stringify(rows(`EXPLAIN QUERY PLAN ${sql}`))).toContain(`INDEX ${index}`);
  });

  it("are found after a kill that left the row behind, once the saga is read and sleeps on", async () => {
    await journal.begin(sampleRecord("a", 1, { idempotencyKey: "anonymous:a" }));
    journal.append({ ...sampleRecord("a", 2, { ...waiting, idempotencyKey: "anonymous:a" }), state: "WAITING", step: "pay" });
    await journal.durable();
    const killed = place.copy();
    place.close(journal);
    place.put(killed);
    journal = place.open();
    expect(await journal.list(waits)).toEqual([]);
    const { saga } = sampleRecord("a", 2, { ...waiting, idempotencyKey: "anonymous:a" });
    journal.indexAgain({ saga, state: "WAITING", step: "pay" });
    expect(await journal.list({ ...waits, state: "WAITING", step: "pay" })).toEqual(["a"]);
    place.close(journal);
    expect(rows("SELECT seq, waiting_for FROM saga")).toMatchObject([{ seq: 2, waiting_for: "pay" }]);
    expect(checkJournal(place.path).problems).toEqual([]);
  });

  it("are as their newest record says where an older one is indexed again, because the saga went on meanwhile", async () => {
    await journal.begin(sampleRecord("a", 1, waiting));
    journal.append(sampleRecord("a", 2));
    await journal.durable();
    journal.indexAgain(sampleRecord("a", 1, waiting));
    expect(await journal.list(waits)).toEqual([]);
  });

  it("write no row that is up to date when they are indexed again", async () => {
    await journal.begin(sampleRecord("a", 1, waiting));
    expect(await journal.list(waits)).toEqual(["a"]);
    const before = rows("SELECT * FROM progress");
    journal.indexAgain(sampleRecord("a", 1, waiting));
    expect(await journal.list(waits)).toEqual(["a"]);
    expect(rows("SELECT * FROM progress")).toEqual(before);
  });
});

describe("a row that is damaged where it says that its saga waits", () => {
  it.for(["UPDATE saga SET waiting_for = 'ship'", "UPDATE saga SET waiting_for = NULL", "UPDATE saga SET late_signals = 1"])(
    "is found by its sum: %s",
    async (sql) => {
      await journal.begin(sampleRecord("a", 1, waiting));
      place.close(journal);
      const database = new DatabaseSync(place.path);
      database.exec(sql);
      database.close();
      expect(checkJournal(place.path).problems).toEqual(["a saga's row is damaged: a"]);
    },
  );
});
