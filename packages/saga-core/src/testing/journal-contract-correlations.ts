import type { Journal, JournalRecord } from "../ports/journal.ts";
import type { Claim } from "../transition/command.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { sampleRecord } from "./sample-record.ts";

/** A journal, and a function that opens it again with the durable records. */
interface CorrelationSubject {
  readonly journal: Journal;
  readonly reopen: () => Promise<CorrelationSubject>;
}

const claim: Claim = { type: "claim", step: "pay", correlation: "A-1" };
const query = { definition: "contract", step: "pay", correlation: "A-1" };

function claiming(id: string, seq: number, ...claims: readonly Claim[]): JournalRecord {
  return { ...sampleRecord(id, seq), claims };
}

async function begin(journal: Journal, id: string, ...claims: readonly Claim[]): Promise<void> {
  await journal.begin(claiming(id, 1, ...claims));
}

/** What every journal must do with correlations. */
export const correlationCases: readonly ContractCase<CorrelationSubject>[] = [
  {
    name: "finds the saga that claimed a correlation, before the record is durable too",
    check: async ({ journal }) => {
      await begin(journal, "a");
      journal.append(claiming("a", 2, claim));
      expectSame(await journal.holderOfCorrelation(query), "a", "the holder");
      await journal.durable();
      expectSame(await journal.holderOfCorrelation(query), "a", "the holder on the disk");
    },
  },
  {
    name: "finds the holder of a correlation after it is opened again, as surely as the record that claimed it",
    check: async ({ journal, reopen }) => {
      await begin(journal, "a", claim);
      const { journal: reopened } = await reopen();
      expectSame(await reopened.holderOfCorrelation(query), "a", "the holder");
    },
  },
  {
    name: "gives a correlation to the saga that claimed it first",
    check: async ({ journal, reopen }) => {
      await begin(journal, "a", claim);
      await begin(journal, "b", claim);
      expectSame(await journal.holderOfCorrelation(query), "a", "the holder");
      const { journal: reopened } = await reopen();
      expectSame(await reopened.holderOfCorrelation(query), "a", "the holder after it was opened again");
    },
  },
  {
    name: "gives a correlation to the saga that claimed it first also where the second one is written before",
    check: async ({ journal, reopen }) => {
      await begin(journal, "a");
      journal.append(claiming("a", 2, claim));
      journal.append(claiming("b", 1, claim));
      await journal.durable("b");
      expectSame(await journal.holderOfCorrelation(query), "a", "the holder");
      await journal.durable("a");
      expectSame(await journal.holderOfCorrelation(query), "a", "the holder when both are written");
      const { journal: reopened } = await reopen();
      expectSame(await reopened.holderOfCorrelation(query), "a", "the holder after it was opened again");
    },
  },
  {
    name: "tells the correlations of definitions, steps and texts apart",
    check: async ({ journal }) => {
      await begin(journal, "a", claim);
      await journal.durable();
      for (const other of [{ definition: "other" }, { step: "ship" }, { correlation: "a-1" }, { correlation: "A-10" }])
        expectSame(await journal.holderOfCorrelation({ ...query, ...other }), undefined, JSON.stringify(other));
    },
  },
];
