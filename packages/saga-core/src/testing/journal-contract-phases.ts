import type { Journal } from "../ports/journal.ts";
import type { SagaIndex } from "../ports/saga-index.ts";
import { type OpenPhaseName, openPhaseNames } from "../transition/open-phase.ts";
import type { Saga, StepProgress } from "../transition/saga.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { needingAHuman, sampleRecord } from "./sample-record.ts";

/** A journal, the index of its sagas, and a function that opens both again with the durable records. */
interface IndexSubject {
  readonly journal: Journal;
  readonly index: SagaIndex;
  readonly reopen: () => Promise<IndexSubject>;
}

const pay: StepProgress = { step: "pay", status: "running", attempts: 1, calling: true };
const failed: StepProgress = { ...pay, calling: false, lastError: { outcome: "unavailable", reason: "busy" } };
const doubtful: StepProgress = {
  ...pay,
  status: "unknown",
  inDoubtSince: 5,
  lastError: { outcome: "unknown", reason: "no answer" },
};
const turn = { cause: "rejected", step: "pay", reason: "no" } as const;
const undoing = { name: "undoing", turn } as const;
const completed: Partial<Saga> = { phase: { name: "completed" } };

/** A saga at each phase. */
const sagas: Readonly<Record<OpenPhaseName, Partial<Saga>>> = {
  needs_intervention: { phase: needingAHuman, steps: [doubtful] },
  in_doubt: { phase: undoing, steps: [doubtful] },
  undoing: { phase: undoing, steps: [failed] },
  settling: { phase: { name: "settling", turn }, steps: [failed] },
  retrying: { steps: [failed] },
  waiting: { steps: [{ ...pay, status: "waiting", calling: false }] },
  forward: { steps: [pay] },
};

async function expectBoth(index: SagaIndex, phase: OpenPhaseName): Promise<void> {
  const [one, other] = [`${phase} 1`, `${phase} 2`];
  expectSame(await index.list({ limit: 9, phase }), [other, one], `those at ${phase}`);
  expectSame(await index.list({ limit: 1, phase, before: other }), [one], `a page of those at ${phase}`);
  expectSame(await index.list({ limit: 9, phase, order: "oldest" }), [one, other], `the oldest at ${phase} first`);
  expectSame(await index.list({ limit: 9, phase, order: "oldest", after: one }), [other], `the next at ${phase}`);
  expectSame(await index.list({ limit: 9, phase, definition: "another" }), [], `those of another definition at ${phase}`);
  expectSame(await index.list({ limit: 9, phase, status: "completed" }), [], `those at ${phase} that have ended`);
}

/** What the index of every journal must do with what open sagas are at. */
export const phaseCases: readonly ContractCase<IndexSubject>[] = [
  {
    name: "lists the sagas that are at something, each at one thing, in both orders and among what else is asked for",
    check: async ({ journal, index, reopen }) => {
      await journal.begin(sampleRecord("ended", 1, completed));
      for (const phase of openPhaseNames)
        for (const id of ["1", "2"]) await journal.begin(sampleRecord(`${phase} ${id}`, 1, sagas[phase]));
      for (const phase of openPhaseNames) await expectBoth(index, phase);
      await journal.durable();
      const reopened = await reopen();
      for (const phase of openPhaseNames) await expectBoth(reopened.index, phase);
    },
  },
  {
    name: "lists a saga by what it is at now",
    check: async ({ journal, index }) => {
      const path = ["forward", "retrying", "in_doubt", "waiting", "needs_intervention", "undoing"] as const;
      const found = async () => {
        const lists = await Promise.all(
          openPhaseNames.map(async (phase) => ({ phase, ids: await index.list({ limit: 9, phase }) })),
        );
        return lists.flatMap(({ phase, ids }) => ids.map((id) => `${id} ${phase}`));
      };
      await journal.begin(sampleRecord("a", 1));
      for (const [place, phase] of path.entries()) {
        journal.append(sampleRecord("a", place + 2, sagas[phase]));
        expectSame(await found(), [`a ${phase}`], `what is found at ${phase}`);
      }
      journal.append(sampleRecord("a", path.length + 2, completed));
      expectSame(await found(), [], "what is found after its end");
    },
  },
];
