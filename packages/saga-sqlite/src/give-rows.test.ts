import { DatabaseSync } from "node:sqlite";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkJournal } from "./check.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";
import { startOf } from "./testing/small-journal.ts";

let place: JournalPlace;
let damages: string[];
let journal: SqliteJournal;

beforeEach(() => {
  place = new JournalPlace();
  journal = open();
});

afterEach(() => place.clear());

function open(): SqliteJournal {
  damages = [];
  return place.open({ onDamage: (damage) => damages.push(damage) });
}

/** The process is killed, and the next one starts. Its files are changed in between. */
function killAndStart(sql = ""): void {
  const killed = place.copy();
  place.close(journal);
  place.put(killed);
  if (sql !== "") {
    const database = new DatabaseSync(place.path);
    database.exec(sql);
    database.close();
  }
  journal = open();
}

function rows(): number {
  const database = new DatabaseSync(place.path, { readOnly: true });
  const row = database.prepare("SELECT count(*) AS rows FROM saga").get();
  database.close();
  return Number(row?.["rows"]);
}

describe("a saga that began shortly before a kill", () => {
  it("has no row then, and is found by the next start", async () => {
    await journal.begin(startOf("a"));
    journal.append(sampleRecord("a", 2));
    await journal.durable();
    expect(rows()).toBe(0);
    expect(checkJournal(place.path)).toMatchObject({ sagas: 1, problems: [] });
    killAndStart();
    expect(damages).toEqual([]);
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a"]);
    expect(await journal.openVersions()).toMatchObject([{ definition: "order", fingerprint: "f1", example: "a", running: 1 }]);
    expect(await journal.list({ text: "user of a", limit: 9 })).toEqual(["a"]);
    journal.append(sampleRecord("a", 3, { phase: { name: "completed" } }));
    await journal.durable();
    expect(await journal.list({ status: "completed", limit: 9 })).toEqual(["a"]);
  });

  it("and waits is found by its state and step once the engine has read it, for no record of it comes for long", async () => {
    const steps = [{ step: "pay", status: "waiting", attempts: 0, calling: false }] as const;
    const start = { ...startOf("a"), state: "WAITING", step: "pay" };
    const waiting = { ...start, saga: { ...start.saga, steps } };
    await journal.begin(waiting);
    killAndStart();
    expect(await journal.list({ state: "WAITING", limit: 9 })).toEqual([]);
    journal.indexAgain(waiting);
    expect(await journal.list({ state: "WAITING", step: "pay", waitingFor: "pay", text: "user of a", limit: 9 })).toEqual(["a"]);
    expect(checkJournal(place.path).problems).toEqual([]);
  });

  it("is found after a VACUUM, which may give records other rowids", async () => {
    await journal.begin(startOf("a"));
    killAndStart("VACUUM");
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a"]);
  });

  it("is found after a start on records that got lower rowids, as where a dump was read", async () => {
    for (const id of ["x", "a"]) await journal.begin(startOf(id));
    await journal.list({ limit: 9 });
    killAndStart(`
      DELETE FROM record WHERE saga_id = 'x'; DELETE FROM saga WHERE id = 'x';
      UPDATE record SET rowid = 1; CREATE INDEX of_an_operator ON saga (step)`);
    for (const id of ["b", "c"]) await journal.begin(startOf(id));
    killAndStart();
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a", "b", "c"]);
  });

  it("is quarantined if its start is damaged, and so is one with a key: it had its row from the start", async () => {
    await journal.begin(startOf("a"));
    const { event } = startOf("b");
    const start = { ...event, idempotencyKey: "anonymous:b" };
    await journal.begin({ ...sampleRecord("b", 1, { idempotencyKey: "anonymous:b" }), event: start });
    killAndStart("UPDATE record SET event = replace(event, 'f1', 'f2') WHERE saga_id = 'a'; DELETE FROM saga WHERE id = 'b'");
    expect(damages.toSorted()).toEqual([
      "Saga a is quarantined: it has records and no row.",
      "Saga b is quarantined: it has records and no row.",
    ]);
    expect(await journal.list({ state: "UNREADABLE", limit: 9 })).toEqual(["b", "a"]);
  });

  it("is quarantined if a later record is damaged or missing: it may have been given what another one deletes", async () => {
    const outcome = { outcome: "done", result: { order_id: 4711 } } as const;
    const answered = { type: "answered", at: 2, step: "step", action: "run", attempt: 1, random: 0.5, outcome } as const;
    for (const id of ["a", "b"]) {
      await journal.begin(startOf(id));
      journal.append({ ...sampleRecord(id, 2, { data: outcome.result }), event: answered });
      await journal.durable();
      journal.append(sampleRecord(id, 3));
      await journal.durable();
    }
    killAndStart(`
      UPDATE record SET event = replace(event, '4711', '4712') WHERE saga_id = 'a' AND seq = 2;
      DELETE FROM record WHERE saga_id = 'b' AND seq = 2`);
    expect(damages.toSorted()).toEqual(["a", "b"].map((id) => `Saga ${id} is quarantined: it has records and no row.`));
    const query = { member: "order_id", value: 4711, since: 0 } as const;
    expect(await journal.holderOf({ ...query, except: "a" })).toBe("b");
    expect(await journal.holderOf({ ...query, except: "b" })).toBe("a");
  });

  it("is not taken for a damaged one by the verification while it runs", async () => {
    await journal.begin(startOf("a"));
    while (journal.verify());
    expect(damages).toEqual([]);
    expect(rows()).toBe(0);
  });

  it("goes on where the row of another saga is damaged", async () => {
    await journal.begin(sampleRecord("b", 1, { phase: { name: "completed" }, idempotencyKey: "anonymous:b" }));
    await journal.begin(startOf("a"));
    killAndStart("UPDATE saga SET content = '[' WHERE id = 'b'");
    expect(damages).toEqual(["Saga b is quarantined: its row does not fit its sum."]);
    expect(await journal.open({ status: "running", limit: 9 })).toEqual(["a"]);
  });
});

describe("a saga with a key", () => {
  it("has its row from the start: it is the second copy of the key", async () => {
    await journal.begin(sampleRecord("a", 1, { idempotencyKey: "anonymous:a" }));
    expect(rows()).toBe(1);
  });
});
