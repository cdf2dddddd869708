import { DatabaseSync } from "node:sqlite";
import { recordsOf, sampleCompacted, sampleRecord } from "saga-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkJournal } from "./check.ts";
import type { SqliteJournal } from "./sqlite-journal.ts";
import { JournalPlace } from "./testing/journal-place.ts";

let place: JournalPlace;
let journal: SqliteJournal;

beforeEach(async () => {
  place = new JournalPlace();
  journal = place.open();
  await journal.begin(sampleRecord("a", 1));
});

afterEach(() => place.clear());

/** The rows of saga a: their numbers, and how many events each has. */
function rows(): readonly string[] {
  const database = new DatabaseSync(place.path, { readOnly: true });
  const all = database.prepare("SELECT seq, event FROM record WHERE saga_id = 'a' ORDER BY seq").all();
  database.close();
  return all.map(({ seq, event }) => `${String(seq)}: ${[JSON.parse(String(event))].flat().length}`);
}

async function appendUntil(last: number, first = 2): Promise<void> {
  for (let seq = first; seq <= last; seq += 1) journal.append(sampleRecord("a", seq));
  await journal.durable("a");
}

describe("the records of a saga", () => {
  it("are one row for each commit, and the start has its own", async () => {
    await appendUntil(5);
    await appendUntil(6, 6);
    expect(rows()).toEqual(["1: 1", "5: 4", "6: 1"]);
    expect(await recordsOf(journal, "a")).toEqual([1, 2, 3, 4, 5, 6].map((at) => ({ type: "woken", at })));
    expect(checkJournal(place.path)).toMatchObject({ records: 6, problems: [] });
  });

  it("wait for those that follow them while only another saga is waited for", async () => {
    journal.append(sampleRecord("a", 2));
    await journal.begin(sampleRecord("b", 1));
    expect(rows()).toEqual(["1: 1"]);
    await appendUntil(4, 3);
    expect(rows()).toEqual(["1: 1", "4: 3"]);
  });

  it.for([
    { first: 3, last: 4, left: ["1: 1", "2: 1", "4: 1", "6: 2"] },
    { first: 2, last: 3, left: ["1: 1", "3: 1", "6: 3"] },
    { first: 4, last: 6, left: ["1: 1", "3: 2", "6: 1"] },
    { first: 2, last: 6, left: ["1: 1", "6: 1"] },
  ])("stay in their row beside those that are compacted: $first to $last", async ({ first, last, left }) => {
    await appendUntil(6);
    const { event } = sampleCompacted("a", { first, last });
    if (event.type !== "compacted") throw new Error("It is.");
    journal.compact("a", [{ seq: last, event }]);
    expect(rows()).toEqual(left);
    expect(checkJournal(place.path).problems).toEqual([]);
    await appendUntil(7, 7);
    expect((await journal.load("a", { after: 0, limit: 9 })).map(({ seq }) => seq)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].filter((seq) => seq < first || seq >= last),
    );
  });

  it("are given a page at a time wherever a page ends in a row", async () => {
    await appendUntil(7);
    for (let limit = 1; limit <= 8; limit += 1) {
      const read: number[] = [];
      for (let after = 0; ; ) {
        const page = await journal.load("a", { after, limit });
        read.push(...page.map(({ seq }) => seq));
        after = page.at(-1)?.seq ?? 0;
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(limit);
      }
      expect(read).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }
  });

  it("are found by what each of them gave, in a row of several", async () => {
    const answered = (seq: number, result: Readonly<Record<string, number>>) => {
      const outcome = { outcome: "done", result } as const;
      const event = { type: "answered", at: seq, step: "s", action: "run", attempt: 1, outcome, random: 0 } as const;
      return { ...sampleRecord("a", seq, { data: { order_id: 4711, payment_id: 815 } }), event };
    };
    journal.append(answered(2, { order_id: 4711 }));
    journal.append(answered(3, { payment_id: 815 }));
    await journal.durable();
    expect(rows()).toEqual(["1: 1", "3: 2"]);
    for (const [member, value] of [
      ["order_id", 4711],
      ["payment_id", 815],
    ] as const)
      expect(await journal.holderOf({ member, value, since: 0, except: "b" })).toBe("a");
    expect(await journal.holderOf({ member: "payment_id", value: 4711, since: 0, except: "b" })).toBeUndefined();
  });
});

describe("a row of several records that is damaged", () => {
  const harms = {
    "another number": "UPDATE record SET event = replace(event, '\"at\":2', '\"at\":7') WHERE seq = 4",
    "no JSON": "UPDATE record SET event = '[' || event WHERE seq = 4",
  } as const;

  /** Saga a has records 2 to 4 in one row, which is changed as a bad disk would. */
  async function harm(sql: string): Promise<void> {
    await appendUntil(4);
    const database = new DatabaseSync(place.path);
    database.exec(sql);
    database.close();
  }

  async function expectUnreadable(): Promise<void> {
    const records = await journal.load("a", { after: 0, limit: 9 });
    expect(records.map(({ event }) => typeof event)).toContain("string");
    expect(checkJournal(place.path).problems).toContain("a record is damaged: a");
  }

  it.for(Object.entries(harms))("gets no fresh sum when a part of it is compacted: %s", async ([, sql]) => {
    await harm(sql);
    const { event } = sampleCompacted("a", { first: 3, last: 4 });
    if (event.type !== "compacted") throw new Error("It is.");
    journal.compact("a", [{ seq: 4, event }]);
    await expectUnreadable();
  });

  it.for(Object.entries(harms))("gets none when its saga goes on, and harms no other one: %s", async ([, sql]) => {
    await harm(sql);
    journal.append(sampleCompacted("a", { first: 4, last: 5 }));
    void journal.durable("a");
    await journal.begin(sampleRecord("b", 1));
    expect(journal.failure).toBeUndefined();
    await expectUnreadable();
  });
});
