import type { Journal } from "../ports/journal.ts";
import type { Saga } from "../transition/saga.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { recordsOf } from "./read-all.ts";
import { acknowledgedSignal, lateSignal, sampleRecord, sampleSignalled } from "./sample-record.ts";

/** A journal, and what deletes its old sagas. */
interface RetentionSubject {
  readonly journal: Journal;
  /** Deletes the sagas that ended before an instant, in milliseconds since the epoch. Absent: the journal deletes none. */
  readonly prune?: (endedBefore: number) => void;
}

const ended: Partial<Saga> = { phase: { name: "completed" }, createdAt: 1, updatedAt: 1 };

/** What every journal that deletes old sagas must keep. */
export const retentionCases: readonly ContractCase<RetentionSubject>[] = [
  {
    name: "deletes old sagas that have ended, but none with a late signal until a person has acknowledged it",
    check: async ({ journal, prune }) => {
      if (!prune) return;
      const lateSignals = {
        a: [],
        b: [lateSignal],
        c: [acknowledgedSignal],
        d: [acknowledgedSignal, lateSignal],
      };
      for (const [id, signals] of Object.entries(lateSignals)) {
        await journal.begin(sampleRecord(id, 1, ended));
        journal.append(sampleSignalled(id, 2, signals.length > 0 ? { ...ended, lateSignals: signals } : ended));
      }
      await journal.durable();
      const left = async () => {
        const kept: string[] = [];
        for (const id of Object.keys(lateSignals)) if ((await recordsOf(journal, id)).length > 0) kept.push(id);
        return kept;
      };
      prune(9);
      expectSame(await left(), ["b", "d"], "those with late signals that nobody has dealt with");
      const change = { ...ended, lateSignals: [acknowledgedSignal] };
      journal.append({ ...sampleRecord("b", 3, change), event: { type: "acknowledged", at: 1 } });
      await journal.durable();
      prune(9);
      expectSame(await left(), ["d"], "those left when a person has dealt with one");
    },
  },
];
