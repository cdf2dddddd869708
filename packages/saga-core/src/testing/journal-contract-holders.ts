import { done } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { HolderQuery, Journal, JournalRecord } from "../ports/journal.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { sampleRecord } from "./sample-record.ts";

/** A journal, and a function that opens it again with the durable records. */
interface HolderSubject {
  readonly journal: Journal;
  readonly reopen: () => Promise<HolderSubject>;
}

/** What every journal must find when it is asked which saga was given an id too (rule 6). */
export const holderCases: readonly ContractCase<HolderSubject>[] = [
  {
    name: "finds another saga that was given an id, by the number or text in the member of a step's result",
    check: async ({ journal }) => {
      await begin(journal, "a", { order: 7, ref: "x-7" });
      await begin(journal, "b", { order: 70, other: 7, ref: "x-8" });
      expectSame(await holders(journal, { value: 7 }, { value: 70 }, { member: "other", value: 7 }), ["a", "b", "b"], "numbers");
      expectSame(await holders(journal, { member: "ref", value: "x-8" }, { member: "ref", value: "x" }), ["b", null], "texts");
      expectSame(await holders(journal, { value: "7" }, { value: 8 }), [null, null], "nobody's ids");
    },
  },
  {
    name: "finds neither the saga that asks, nor one that last changed before the instant, nor an id in an input",
    check: async ({ journal }) => {
      await begin(journal, "a", { order: 7 }, { updatedAt: 50 });
      await begin(journal, "b", {}, { input: { order: 8 } });
      expectSame(await holders(journal, { value: 7, since: 50 }, { value: 7, since: 51 }), ["a", null], "by their last change");
      expectSame(await holders(journal, { value: 7, except: "a" }, { value: 8 }), [null, null], "not these");
    },
  },
  {
    name: "finds a saga by a result that was appended a moment ago, or while it is asked, also in a saga that still runs",
    check: async ({ journal }) => {
      for (const id of ["a", "b", "c"]) await begin(journal, id, {});
      journal.append(answered("b", { order: 7 }));
      expectSame(await journal.holderOf(query({ value: 7 })), "b", "appended before");
      const asked = journal.holderOf(query({ value: 8 }));
      journal.append(answered("c", { order: 8 }));
      const isFound = (await asked) === "c" || (await journal.holderOf(query({ value: 8 }))) === "c";
      expectSame(isFound, true, "appended meanwhile, or after");
    },
  },
  {
    name: "finds a saga by what an operator said that its step gave, and after it is opened again",
    check: async ({ journal, reopen }) => {
      await begin(journal, "a", {});
      const saga: Partial<Saga> = { data: { order: 7 }, updatedAt: 100 };
      const resolved = { type: "resolved", at: 100, step: "step", action: "run", applied: true, result: { order: 7 } } as const;
      journal.append({ ...sampleRecord("a", 2, saga), event: resolved });
      expectSame(await journal.holderOf(query({ value: 7 })), "a", "as it was written");
      await journal.durable();
      expectSame(await (await reopen()).journal.holderOf(query({ value: 7 })), "a", "opened again");
    },
  },
];

/** Begins a saga whose step then gives this. */
async function begin(journal: Journal, id: string, gives: JsonObject, change: Partial<Saga> = {}): Promise<void> {
  await journal.begin(sampleRecord(id, 1, change));
  if (Object.keys(gives).length > 0) journal.append(answered(id, gives, change));
}

function answered(id: string, result: JsonObject, change: Partial<Saga> = {}): JournalRecord {
  const saga: Partial<Saga> = { data: result, updatedAt: 100, ...change };
  const outcome = done(result);
  const event: SagaEvent = { type: "answered", at: 100, step: "step", action: "run", attempt: 1, outcome, random: 0 };
  return { ...sampleRecord(id, 2, saga), event };
}

function query(change: Partial<HolderQuery>): HolderQuery {
  return { member: "order", value: 7, since: 0, except: "asking", ...change };
}

async function holders(journal: Journal, ...changes: readonly Partial<HolderQuery>[]): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  for (const change of changes) found.push((await journal.holderOf(query(change))) ?? null);
  return found;
}
