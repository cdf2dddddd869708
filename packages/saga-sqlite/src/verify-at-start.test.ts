import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteJournal } from "./sqlite-journal.ts";
import { defineSums, SAGA_SUM } from "./sums.ts";
import { accountOf, ids, writeSagas } from "./testing/small-journal.ts";

let directory: string;
let path: string;
let damages: string[];
let journal: SqliteJournal;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "verify-at-start-"));
  path = join(directory, "journal.sqlite");
  open();
  await writeSagas(journal);
});

afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true });
});

function open(): void {
  damages = [];
  journal = new SqliteJournal(path, { onDamage: (damage) => damages.push(damage) });
}

/** Opens the journal again after the file was changed as a bad disk would. */
function reopenAfter(sql: string): void {
  journal.close();
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  open();
}

/** Flips a bit of a key in the index of keys. */
function hideKey(key: string): void {
  const database = new DatabaseSync(path);
  const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'saga_key'").get()?.["rootpage"];
  const bytes = database.prepare("PRAGMA page_size").get()?.["page_size"];
  database.close();
  const file = readFileSync(path);
  const place = file.indexOf(key, (Number(page) - 1) * Number(bytes));
  file.writeUInt8(file.readUInt8(place) ^ 1, place);
  writeFileSync(path, file);
}

async function unreadable(): Promise<readonly string[]> {
  const { sagas } = await accountOf(journal);
  return Object.keys(sagas).filter((id) => sagas[id] === "unreadable");
}

describe("a start", () => {
  it.for(["idempotency_key = 'another'", "fingerprint = 'another'", "status = 'completed'", "seq = 2", "content = '['"])(
    "quarantines a saga whose row is damaged, and keeps its key: %s",
    async (change) => {
      reopenAfter(`UPDATE saga SET ${change} WHERE id = 'saga-0001'`);
      expect(damages).toEqual(["Saga saga-0001 is quarantined: its row does not fit its sum."]);
      expect(await unreadable()).toEqual(["saga-0001"]);
      expect(await journal.list({ status: "needs_intervention", state: "UNREADABLE", limit: 9 })).toEqual(["saga-0001"]);
      expect(Object.values((await accountOf(journal)).keys)).toEqual(ids);
      expect(await journal.openVersions()).toMatchObject([{ fingerprint: "f1", running: 1 }]);
      reopenAfter("");
      expect(damages).toEqual([]);
    },
  );

  it("gives a row whose id is damaged back to the records that have lost it: it fits its sum under their id", async () => {
    reopenAfter("UPDATE saga SET id = 'saga-9999' WHERE id = 'saga-0002'");
    expect([await unreadable(), damages]).toEqual([[], []]);
    expect((await journal.list({ limit: 9 })).toReversed()).toEqual(ids);
    expect(await journal.list({ limit: 9, status: "completed" })).toContain("saga-0002");
    expect(await journal.idOfKey("anonymous:saga-0002")).toBe("saga-0002");
  });

  it("gives the records of a damaged row a row, and removes the row that had lost them", async () => {
    reopenAfter("UPDATE saga SET id = 'saga-9999', content = '[' WHERE id = 'saga-0002'");
    expect(await unreadable()).toEqual(["saga-0002"]);
    expect((await journal.list({ limit: 9 })).toReversed()).toEqual(ids);
    expect(await journal.idOfKey("anonymous:saga-0002")).toBe("saga-0002");
  });

  it("keeps a damaged row without records, so that its key starts no other saga", async () => {
    reopenAfter("UPDATE saga SET state = 'S' WHERE id = 'saga-0002'; DELETE FROM record WHERE saga_id = 'saga-0002'");
    expect(await journal.idOfKey("anonymous:saga-0002")).toBe("saga-0002");
    expect(await unreadable()).toEqual(["saga-0002"]);
  });

  it("says of a saga without a row that it has none", () => {
    reopenAfter("DELETE FROM saga WHERE id = 'saga-0002'; UPDATE saga SET state = 'S' WHERE id = 'saga-0001'");
    expect(damages).toEqual([
      "Saga saga-0001 is quarantined: its row does not fit its sum.",
      "Saga saga-0002 is quarantined: it has records and no row.",
    ]);
  });

  it.for([
    [
      "with records",
      "INSERT INTO record SELECT 'saga-0006', seq, event, sum_of('saga-0006', seq, event) FROM record WHERE saga_id = 'saga-0002'",
    ],
    ["without records", ""],
  ] as const)(
    "keeps the older one of two sagas that got one key while its index was damaged, and says so: %s",
    async ([, records]) => {
      journal.close();
      hideKey("anonymous:saga-0002");
      const database = new DatabaseSync(path);
      defineSums(database);
      database.exec(`
      CREATE TEMP TABLE other AS SELECT * FROM saga WHERE id = 'saga-0002';
      UPDATE temp.other SET id = 'saga-0006';
      UPDATE temp.other SET sum = ${SAGA_SUM};
      INSERT INTO saga SELECT * FROM temp.other;
      ${records}`);
      database.close();
      open();
      expect(damages).toContain(
        "Saga saga-0006 is quarantined: another saga has its key, because the index of keys was damaged.",
      );
      expect(damages.filter((said) => said.includes("quarantined"))).toHaveLength(1);
      expect(await journal.idOfKey("anonymous:saga-0002")).toBe("saga-0002");
      expect(await unreadable()).toEqual(["saga-0006"]);
    },
  );

  it("notices that a saga has lost its end", async () => {
    reopenAfter("DELETE FROM record WHERE saga_id = 'saga-0001' AND seq = 3");
    expect(await unreadable()).toEqual(["saga-0001"]);
  });

  it("marks a damaged pause, which stays one", async () => {
    reopenAfter("UPDATE pause SET note = 'x'");
    expect(damages).toEqual(['A pause is damaged. It names the definition "order".']);
    expect(await journal.pauses()).toEqual([{ definition: "order", at: 5, damaged: true }]);
    reopenAfter("UPDATE pause SET definition = 'o'");
    expect(await journal.pauses()).toEqual([{ definition: "o", at: 5, damaged: true }]);
    await journal.pause({ definition: "o", at: 6 });
    reopenAfter("");
    expect(await journal.pauses()).toEqual([{ definition: "o", at: 6 }]);
  });

  it("accepts what an operator did to a sound file", async () => {
    for (const sql of ["VACUUM", "CREATE INDEX mine ON saga (state)", "DROP INDEX mine", "ANALYZE", "DELETE FROM seal"]) {
      reopenAfter(sql);
      expect(damages).toEqual([]);
      expect(await unreadable()).toEqual([]);
    }
  });
});
