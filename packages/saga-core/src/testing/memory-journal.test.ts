import { describe, it } from "vitest";
import { type JournalSubject, journalContract } from "./journal-contract.ts";
import { MemoryJournal } from "./memory-journal.ts";

function subjectOf(journal: MemoryJournal): JournalSubject {
  return {
    journal,
    index: journal,
    reopen: async () => subjectOf(journal.crash()),
    prune: (endedBefore) => journal.prune(endedBefore),
  };
}

describe("the journal in memory", () => {
  it.for(journalContract)("$name", ({ check }) => check(subjectOf(new MemoryJournal())));
});
