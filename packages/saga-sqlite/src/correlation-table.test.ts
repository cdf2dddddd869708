import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Claim } from "saga-core/engine";
import { sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkJournal } from "./check.ts";
import { CORRELATION_TABLE, CorrelationTable } from "./correlation-table.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { defineSums } from "./sums.ts";
import { JournalPlace } from "./testing/journal-place.ts";

const claims: readonly Claim[] = [{ type: "claim", step: "pay", correlation: "A-1" }];
const query = { definition: "contract", step: "pay", correlation: "A-1" };
const claiming = (id: string) => ({ ...sampleRecord(id, 1), claims });

describe("a correlation that a saga claimed which could not begin", () => {
  it("is the next one's that claimed it meanwhile", () => {
    const database = new DatabaseSync(":memory:");
    defineSums(database);
    database.exec(CORRELATION_TABLE);
    const pending = new Set(["a", "b"]);
    const table = new CorrelationTable(
      (sql) => database.prepare(sql),
      (id) => pending.has(id),
    );
    for (const id of pending) table.note(claiming(id));
    pending.delete("a");
    table.write([claiming("b")]);
    pending.delete("b");
    expect(table.holderOf(query)).toBe("b");
    database.close();
  });
});

describe("a damaged correlation", () => {
  let place: JournalPlace;
  let journal: SqliteJournal;

  beforeEach(async () => {
    place = new JournalPlace();
    journal = place.open();
    await journal.begin(claiming("a"));
  });

  afterEach(() => place.clear());

  function reopenAfter(sql: string): void {
    place.close(journal);
    const database = new DatabaseSync(place.path);
    defineSums(database);
    database.exec(sql);
    database.close();
    journal = place.open();
  }

  it("is lost where the table and its index have different wrong bits, and another saga may have it then", async () => {
    place.close(journal);
    const file = readFileSync(place.path);
    const first = file.indexOf("A-1");
    const second = file.indexOf("A-1", first + 1);
    file.write("A-2", first);
    file.write("A-3", second);
    writeFileSync(place.path, file);
    const damages: string[] = [];
    journal = place.open({ onDamage: (damage) => damages.push(damage) });
    expect(damages).toEqual([expect.stringMatching("^1 correlations of sagas are damaged and lost")]);
    expect(await journal.holderOfCorrelation(query)).toBeUndefined();
    await journal.begin(claiming("c"));
    expect(await journal.holderOfCorrelation(query)).toBe("c");
  });

  it("is mended by a start, whether the table or its index has the wrong bit", async () => {
    await journal.begin({ ...claiming("b"), claims: [{ type: "claim", step: "pay", correlation: "B-2" }] });
    place.close(journal);
    const sound = readFileSync(place.path);
    const places: number[] = [];
    for (let at = sound.indexOf("A-1"); at >= 0; at = sound.indexOf("A-1", at + 1)) places.push(at);
    expect(places.length).toBeGreaterThanOrEqual(2);
    const mark = readFileSync(`${place.path}-mark`);
    for (const at of places) {
      const flipped = Buffer.from(sound);
      flipped.writeUInt8(flipped.readUInt8(at + 2) ^ 1, at + 2);
      writeFileSync(place.path, flipped);
      writeFileSync(`${place.path}-mark`, mark);
      const damages: string[] = [];
      journal = place.open({ onDamage: (damage) => damages.push(damage) });
      expect([at, await journal.holderOfCorrelation(query)]).toEqual([at, "a"]);
      expect(await journal.holderOfCorrelation({ ...query, correlation: "A-0" })).toBeUndefined();
      expect(await journal.holderOfCorrelation({ ...query, correlation: "B-2" })).toBe("b");
      expect(damages).toEqual(["The table of correlations was made again."]);
      place.close(journal);
    }
    journal = place.open();
  });

  it("finds no other saga and is no other's while the process runs, and is found by a check", async () => {
    expect(checkJournal(place.path).problems).toEqual([]);
    await journal.begin(sampleRecord("b", 1));
    const other = new DatabaseSync(place.path);
    other.exec("UPDATE correlation SET saga_id = 'b'");
    other.close();
    await expect(journal.holderOfCorrelation(query)).rejects.toThrow("is damaged: the next start mends it");
    await journal.begin(claiming("c"));
    await expect(journal.holderOfCorrelation(query)).rejects.toThrow("is damaged");
    expect(checkJournal(place.path).problems).toEqual(["the correlation of a saga is damaged: b"]);
  });

  it("whose saga is gone is found by a check", () => {
    reopenAfter("UPDATE correlation SET saga_id = 'z', sum = sum_of(definition, step, correlation, 'z')");
    expect(checkJournal(place.path).problems).toEqual(["a correlation belongs to no saga: z"]);
  });
});
