import type { Journal } from "../ports/journal.ts";
import type { SagaIndex } from "../ports/saga-index.ts";
import type { Saga, StepProgress } from "../transition/saga.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { acknowledgedSignal, lateSignal, needingAHuman, sampleRecord, sampleSignalled } from "./sample-record.ts";

/** A journal, the index of its sagas, and a function that opens both again with the durable records. */
interface IndexSubject {
  readonly journal: Journal;
  readonly index: SagaIndex;
  readonly reopen: () => Promise<IndexSubject>;
}

const at = (status: StepProgress["status"]): readonly StepProgress[] => [
  { step: "order", status: "done", attempts: 1, calling: false },
  { step: "pay", status, attempts: 0, calling: false },
];

const ended: Partial<Saga> = { phase: { name: "completed" }, steps: at("done") };

/** What the index of every journal must do with sagas that wait, and with late signals. */
export const waitCases: readonly ContractCase<IndexSubject>[] = [
  {
    name: "lists the sagas that wait at a step, also while a human is asked there, and no longer when they have left it",
    check: async ({ journal, index, reopen }) => {
      for (const id of ["a", "b", "c", "d", "e"]) await journal.begin(sampleRecord(id, 1, { steps: at("waiting") }));
      journal.append(sampleRecord("b", 2, { phase: needingAHuman, steps: at("waiting") }));
      journal.append(sampleRecord("c", 2, ended));
      const turn = { cause: "cancelled", step: "pay", reason: "enough" } as const;
      journal.append(sampleRecord("d", 2, { phase: { name: "settling", turn }, steps: at("waiting") }));
      expectSame(await index.list({ limit: 9, waitingFor: "pay" }), ["e", "b", "a"], "those that wait for pay");
      expectSame(await index.list({ limit: 1, waitingFor: "pay", before: "e" }), ["b"], "a page of them");
      expectSame(await index.list({ limit: 9, waitingFor: "pay", status: "running" }), ["e", "a"], "of them, those that run");
      expectSame(await index.list({ limit: 9, waitingFor: "order" }), [], "those that wait for order");
      await journal.durable();
      const reopened = await reopen();
      expectSame(await reopened.index.list({ limit: 9, waitingFor: "pay" }), ["e", "b", "a"], "after it was opened again");
    },
  },
  {
    name: "lists the sagas with late signals until a person has dealt with all of them",
    check: async ({ journal, index, reopen }) => {
      for (const id of ["a", "b", "c", "d"]) await journal.begin(sampleRecord(id, 1, ended));
      for (const id of ["a", "b", "c"]) journal.append(sampleSignalled(id, 2, { ...ended, lateSignals: [lateSignal] }));
      const seen = { ...ended, lateSignals: [acknowledgedSignal] };
      journal.append({ ...sampleRecord("a", 3, seen), event: { type: "acknowledged", at: 2 } });
      journal.append(sampleSignalled("c", 3, { ...ended, lateSignals: [acknowledgedSignal, lateSignal] }));
      expectSame(await index.list({ limit: 9, lateSignals: true }), ["c", "b"], "those with late signals");
      expectSame(await index.list({ limit: 9, lateSignals: true, status: "cancelled" }), [], "of them, the cancelled ones");
      await journal.begin(sampleRecord("e", 1, { steps: at("waiting"), lateSignals: [lateSignal] }));
      await journal.begin(sampleRecord("f", 1, { steps: at("waiting") }));
      expectSame(await index.list({ limit: 9, lateSignals: true, waitingFor: "pay" }), ["e"], "of them, those that wait for pay");
      await journal.durable();
      const reopened = await reopen();
      expectSame(
        await reopened.index.list({ limit: 1, lateSignals: true, before: "e" }),
        ["c"],
        "a page after it was opened again",
      );
      expectSame(await reopened.index.list({ limit: 9, lateSignals: true, before: "c" }), ["b"], "the next page");
    },
  },
];
