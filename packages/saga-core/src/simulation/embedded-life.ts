import { EmbeddedEngine } from "../engine/embedded-engine.ts";
import type { AppendedRecord } from "../testing/memory-journal.ts";
import type { Life, Remains, Surroundings } from "./life.ts";
import { relative } from "./relative.ts";
import { SimulatedJournal } from "./simulated-journal.ts";

/** The embedded engine, over a journal whose disk writes when the simulation says so. */
export function embedded(records: readonly AppendedRecord[] = []): Remains {
  const last = records.at(-1)?.saga;
  return {
    records,
    snapshot: [last && relative(last)],
    live: (surroundings) => live(records, surroundings),
  };
}

function live(records: readonly AppendedRecord[], surroundings: Surroundings): Life {
  const { controllers, clock, gateLimits, onDefect, holderOf, correlationHolder } = surroundings;
  const journal = new SimulatedJournal(records, holderOf, correlationHolder);
  const engine = new EmbeddedEngine({
    controllers: controllers(),
    journal,
    clock,
    random: () => 0.5,
    newId: () => "saga",
    sagasInFlightMax: 1,
    gateLimits,
    // A run has few failures: it meets compaction all the same.
    failureRecordsMax: 2,
    onDefect,
  });
  return {
    engine,
    clock,
    reportsOnce: true,
    mishaps: [],
    get unwritten() {
      return journal.unflushed.length;
    },
    get snapshot() {
      const last = journal.durableRecords.at(-1)?.saga;
      // What an engine reports only when it is durable is here already.
      const unflushed = journal.unflushed.map(({ saga }) => relative(saga));
      return [last && relative(last), unflushed, engine.participants()];
    },
    write: () => journal.flush(),
    kill: (kept) => embedded(journal.recordsAfterCrash(kept)),
  };
}
