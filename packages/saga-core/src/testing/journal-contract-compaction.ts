import type { CompactedRecord, Journal, JournalRecord, StoredRecord } from "../ports/journal.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { needingAHuman, sampleCompacted, sampleRecord } from "./sample-record.ts";

/** A journal, and a function that opens it again with the durable records. */
interface CompactionSubject {
  readonly journal: Journal;
  readonly reopen: () => Promise<CompactionSubject>;
}

/** What every journal must do with long histories: give them a page at a time, and hold one record where it stands for several. */
export const compactionCases: readonly ContractCase<CompactionSubject>[] = [
  {
    name: "gives the records of a saga a page at a time, those not yet durable included",
    check: async ({ journal }) => {
      await journal.begin(sampleRecord("a", 1));
      for (let seq = 2; seq <= 5; seq += 1) journal.append(sampleRecord("a", seq));
      const first = await journal.load("a", { after: 0, limit: 2 });
      await journal.durable();
      journal.append(sampleRecord("a", 6));
      const further = await journal.load("a", { after: 2, limit: 10 });
      expectSame(numbersOf(first), [1, 2], "the first page");
      expectSame(numbersOf(further), [3, 4, 5, 6], "the second page");
      expectSame(await journal.load("a", { after: 6, limit: 10 }), [], "the page after the last record");
    },
  },
  {
    name: "puts a compacted record in the place of those that it stands for, be they durable or not",
    check: async ({ journal, reopen }) => {
      await journal.begin(sampleRecord("b", 1));
      await journal.begin(sampleRecord("a", 1));
      for (let seq = 2; seq <= 4; seq += 1) journal.append(sampleRecord("a", seq));
      await journal.durable();
      journal.append(sampleRecord("a", 5));
      const compacted = sampleCompacted("a", { first: 3, last: 6 });
      journal.append(compacted);
      journal.append(sampleRecord("a", 7));
      expectSame(numbersOf(await journal.load("a", { after: 0, limit: 10 })), [1, 2, 6, 7], "the numbers");
      expectSame(numbersOf(await journal.load("a", { after: 2, limit: 1 })), [6], "a page that begins with it");
      await journal.durable();
      const { journal: reopened } = await reopen();
      const records = await reopened.load("a", { after: 0, limit: 10 });
      expectSame(numbersOf(records), [1, 2, 6, 7], "the numbers after it is opened again");
      expectSame(records[2]?.event, compacted.event, "the compacted record");
      expectSame(numbersOf(await reopened.load("b", { after: 0, limit: 10 })), [1], "the records of another saga");
    },
  },
  {
    name: "puts compacted records in the place of earlier ones, and keeps what was recorded since",
    check: async ({ journal, reopen }) => {
      await journal.begin(sampleRecord("a", 1));
      for (let seq = 2; seq <= 20; seq += 1) journal.append(sampleRecord("a", seq, { phase: needingAHuman }));
      const compacted = [sampleCompacted("a", { first: 3, last: 7 }), sampleCompacted("a", { first: 10, last: 17 })];
      journal.compact("a", compacted.map(recordOf));
      journal.append(sampleRecord("a", 21, { phase: needingAHuman }));
      const numbers = [1, 2, 7, 8, 9, 17, 18, 19, 20, 21];
      expectSame(numbersOf(await journal.load("a", { after: 0, limit: 30 })), numbers, "the numbers");
      expectSame(await journal.open({ status: "needs_intervention", limit: 9 }), ["a"], "the index");
      await journal.durable();
      const { journal: reopened } = await reopen();
      const records = await reopened.load("a", { after: 0, limit: 30 });
      expectSame(numbersOf(records), numbers, "the numbers after it is opened again");
      expectSame(
        [records[2]?.event, records[5]?.event],
        compacted.map(({ event }) => event),
        "the compacted records",
      );
    },
  },
  {
    name: "compacts a compacted record again",
    check: async ({ journal, reopen }) => {
      await journal.begin(sampleRecord("a", 1));
      for (let last = 10; last <= 40; last += 10) {
        for (let seq = last - 8; seq < last; seq += 1) journal.append(sampleRecord("a", seq));
        journal.append(sampleCompacted("a", { first: 2, last }));
        if (last === 20) await journal.durable();
      }
      await journal.durable();
      const { journal: reopened } = await reopen();
      expectSame(numbersOf(await reopened.load("a", { after: 0, limit: 10 })), [1, 40], "the numbers");
    },
  },
];

function numbersOf(records: readonly StoredRecord[]): readonly number[] {
  return records.map(({ seq }) => seq);
}

function recordOf({ event, saga: { seq } }: JournalRecord): CompactedRecord {
  if (event.type !== "compacted") throw new TypeError("It is not compacted.");
  return { seq, event };
}
