import type { Journal } from "../ports/journal.ts";
import type { SagaIndex } from "../ports/saga-index.ts";
import type { SagaEvent } from "../transition/event.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { compactionCases } from "./journal-contract-compaction.ts";
import { correlationCases } from "./journal-contract-correlations.ts";
import { holderCases } from "./journal-contract-holders.ts";
import { phaseCases } from "./journal-contract-phases.ts";
import { retentionCases } from "./journal-contract-retention.ts";
import { waitCases } from "./journal-contract-waits.ts";
import { recordsOf } from "./read-all.ts";
import { needingAHuman, sampleRecord } from "./sample-record.ts";

/** An empty journal, the index of its sagas, and a function that opens both again with the durable records. */
export interface JournalSubject {
  readonly journal: Journal;
  readonly index: SagaIndex;
  readonly reopen: () => Promise<JournalSubject>;
  /** Deletes the sagas that ended before an instant, in milliseconds since the epoch. Absent: the journal deletes none. */
  readonly prune?: (endedBefore: number) => void;
}

/** What every journal and its index must do. */
export const journalContract: readonly ContractCase<JournalSubject>[] = [
  {
    name: "gives back the records of a saga in order, those not yet durable included",
    check: async ({ journal }) => {
      const events = await writeRecords(journal, "a", 3);
      await writeRecords(journal, "b", 1);
      expectSame(await recordsOf(journal, "a"), events, "records of a");
    },
  },
  {
    name: "gives nothing for a saga that never began",
    check: async ({ journal }) => {
      expectSame(await recordsOf(journal, "nobody"), [], "records of nobody");
    },
  },
  {
    name: "gives back the durable records after it is opened again",
    check: async ({ journal, reopen }) => {
      const events = await writeRecords(journal, "a", 5);
      await journal.durable();
      const { journal: reopened } = await reopen();
      expectSame(await recordsOf(reopened, "a"), events, "records of a");
    },
  },
  {
    name: "resolves `durable` when nothing was appended",
    check: async ({ journal }) => {
      await journal.durable();
    },
  },
  {
    name: "keeps every record that one `durable` covers",
    check: async ({ journal, reopen }) => {
      for (const id of ["a", "b", "c"]) await writeRecords(journal, id, 2);
      const first = journal.durable();
      await writeRecords(journal, "d", 1);
      await Promise.all([first, journal.durable()]);
      const { journal: reopened } = await reopen();
      for (const id of ["a", "b", "c", "d"])
        expectSame((await recordsOf(reopened, id)).length, 2 - Number(id === "d"), `saga ${id}`);
    },
  },
  {
    name: "finds a saga by the key that it started with",
    check: async ({ journal }) => {
      await journal.begin(sampleRecord("a", 1, { idempotencyKey: "key 1" }));
      await journal.durable();
      expectSame([await journal.idOfKey("key 1"), await journal.idOfKey("key 2")], ["a", undefined], "ids");
    },
  },
  {
    name: "begins a saga durably",
    check: async ({ journal, reopen }) => {
      await journal.begin(sampleRecord("a", 1));
      const { journal: reopened } = await reopen();
      expectSame((await recordsOf(reopened, "a")).length, 1, "records of a");
    },
  },
  {
    name: "pages through the sagas that run, and those that need a human, oldest first",
    check: async ({ journal }) => {
      for (const id of ["c", "a", "d", "b", "e"]) await writeRecords(journal, id, 1);
      journal.append(sampleRecord("c", 2, { phase: { name: "completed" } }));
      journal.append(sampleRecord("e", 2, { phase: needingAHuman }));
      expectSame(await journal.open({ status: "running", limit: 2 }), ["a", "b"], "first page");
      expectSame(await journal.open({ status: "running", after: "b", limit: 2 }), ["d"], "second page");
      expectSame(await journal.open({ status: "needs_intervention", limit: 2 }), ["e"], "those that need a human");
    },
  },
  {
    name: "gives the versions and fingerprints of its open sagas",
    check: async ({ journal }) => {
      await journal.begin(sampleRecord("a", 1));
      await journal.begin(sampleRecord("b", 1, { version: 2, fingerprint: "two" }));
      journal.append(sampleRecord("b", 2, { version: 2, fingerprint: "two", phase: needingAHuman }));
      await journal.begin(sampleRecord("c", 1, { version: 3 }));
      journal.append(sampleRecord("c", 2, { version: 3, phase: { name: "completed" } }));
      const open = (await journal.openVersions()).toSorted((one, other) => one.version - other.version);
      expectSame(
        open,
        [
          { definition: "contract", version: 1, fingerprint: "", example: "a", running: 1 },
          { definition: "contract", version: 2, fingerprint: "two", example: "b", running: 0 },
        ],
        "open versions",
      );
    },
  },
  {
    name: "lists sagas newest first, a page at a time",
    check: async ({ journal, index }) => {
      for (const id of ["a", "b", "c", "d"]) await writeRecords(journal, id, 2);
      expectSame(await index.list({ limit: 3 }), ["d", "c", "b"], "first page");
      expectSame(await index.list({ limit: 3, before: "b" }), ["a"], "second page");
    },
  },
  {
    name: "lists sagas oldest first where that is requested, a page at a time",
    check: async ({ journal, index }) => {
      for (const id of ["c", "a", "d", "b"]) await writeRecords(journal, id, 2);
      expectSame(await index.list({ limit: 3, order: "oldest" }), ["a", "b", "c"], "first page");
      expectSame(await index.list({ limit: 3, order: "oldest", after: "c" }), ["d"], "second page");
      expectSame(await index.list({ limit: 9, order: "newest", after: "a", before: "d" }), ["c", "b"], "those between two");
    },
  },
  {
    name: "begins no search that nobody waits for any more",
    check: async ({ journal, index }) => {
      await writeRecords(journal, "a", 1);
      const client = new AbortController();
      client.abort("gone");
      const rejected = index.list({ limit: 1 }, { signal: client.signal }).then(
        () => "a list",
        (reason: unknown) => reason,
      );
      expectSame(await rejected, "gone", "the reason");
    },
  },
  {
    name: "lists by definition, and by the latest status and state",
    check: async ({ journal, index }) => {
      await writeRecords(journal, "a", 1);
      await journal.begin({ ...sampleRecord("b", 1, { definition: "other" }), state: "WAITING" });
      await journal.begin(sampleRecord("c", 1));
      journal.append(sampleRecord("c", 2, { phase: { name: "completed" } }));
      expectSame(await index.list({ limit: 9, definition: "other" }), ["b"], "definition other");
      expectSame(await index.list({ limit: 9, status: "completed" }), ["c"], "completed");
      expectSame(await index.list({ limit: 9, status: "running" }), ["b", "a"], "running");
      expectSame(await index.list({ limit: 9, state: "WAITING" }), ["b"], "state WAITING");
    },
  },
  {
    name: "lists by step, and by the times of creation and last change",
    check: async ({ journal, index }) => {
      await journal.begin({ ...sampleRecord("a", 1, { createdAt: 10, updatedAt: 10 }), step: "pay" });
      await journal.begin({ ...sampleRecord("b", 1, { createdAt: 20, updatedAt: 20 }), step: "pay" });
      journal.append({ ...sampleRecord("b", 2, { createdAt: 20, updatedAt: 50 }), step: "ship" });
      await journal.begin(sampleRecord("c", 1, { createdAt: 30, updatedAt: 30, phase: { name: "completed" } }));
      expectSame(await index.list({ limit: 9, step: "pay" }), ["a"], "step pay");
      expectSame(await index.list({ limit: 9, created: { from: 20 } }), ["c", "b"], "created from 20");
      expectSame(await index.list({ limit: 9, created: { before: 20 } }), ["a"], "created before 20");
      expectSame(await index.list({ limit: 9, updated: { from: 30, before: 50 } }), ["c"], "updated from 30, before 50");
    },
  },
  {
    name: "finds a text or a number in a saga's input and data",
    check: async ({ journal, index }) => {
      await journal.begin(sampleRecord("a", 1, { input: { user: 'Ada "the first"', items: [{ product: 17 }] } }));
      await journal.begin(sampleRecord("b", 1, { input: { items: [{ product: 7 }] } }));
      journal.append(sampleRecord("b", 2, { input: { items: [{ product: 7 }] }, data: { order: 12.5, note: "lot 17" } }));
      const found = (text: string) => index.list({ limit: 9, text });
      expectSame(await found("ada"), ["a"], "a part of a text, whatever its case");
      expectSame(await found('"the'), ["a"], "a text with a quote");
      expectSame(await found("2.5"), [], "no part of a number");
      expectSame(await found("17"), ["b", "a"], "a number, and a text with it");
      expectSame(await found("12.50"), ["b"], "a number that is written otherwise");
      expectSame(await found("0x7"), [], "no number of another language");
      expectSame(await found("product"), [], "no member's name");
      expectSame(await found("%"), [], "no pattern");
    },
  },
  {
    name: "keeps the pauses of definitions",
    check: async ({ journal, reopen }) => {
      await journal.pause({ definition: "one", at: 1, by: "ada", note: "looking" });
      await journal.pause({ definition: "two", at: 2 });
      await journal.pause({ definition: "two", at: 3 });
      await journal.pause({ definition: "three", at: 4, note: "too many", automatic: true });
      await journal.pause({ definition: "four", at: 5, note: "too many", automatic: true });
      await journal.pause({ definition: "four", at: 5, by: "ada" });
      await journal.endPause("nobody");
      const paused = [...(await (await reopen()).journal.pauses())].toSorted((one, other) => one.at - other.at);
      expectSame(
        paused,
        [
          { definition: "one", at: 1, by: "ada", note: "looking" },
          { definition: "two", at: 3 },
          { definition: "three", at: 4, note: "too many", automatic: true },
          { definition: "four", at: 5, by: "ada" },
        ],
        "pauses",
      );
    },
  },
  {
    name: "keeps no pause that has ended",
    check: async ({ journal, reopen }) => {
      await journal.pause({ definition: "one", at: 1 });
      await journal.endPause("one");
      expectSame(await (await reopen()).journal.pauses(), [], "pauses");
    },
  },
  ...holderCases,
  ...compactionCases,
  ...correlationCases,
  ...waitCases,
  ...phaseCases,
  ...retentionCases,
];

/** Begins a saga, and appends its further records. */
async function writeRecords(journal: Journal, id: string, count: number): Promise<readonly SagaEvent[]> {
  const [first, ...further] = Array.from({ length: count }, (_, position) => sampleRecord(id, position + 1));
  if (!first) return [];
  await journal.begin(first);
  for (const record of further) journal.append(record);
  return [first, ...further].map(({ event }) => event);
}
