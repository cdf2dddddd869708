import { EmbeddedEngine } from "../engine/embedded-engine.ts";
import { SimulatedJournal } from "../simulation/simulated-journal.ts";
import type { AppendedRecord } from "../testing/memory-journal.ts";
import { ProcessClock } from "./process-clock.ts";
import type { KeptSaga, SharedProcess, SharedRemains, SharedSurroundings } from "./shared-process.ts";

/** There is memory for every saga of a run: no start is refused. */
const SAGAS_IN_FLIGHT_MAX = 1_000;

/** The embedded engine with many sagas, over a journal whose disk writes when the simulation says so. */
export function embeddedTogether(records: readonly AppendedRecord[] = []): SharedRemains {
  return {
    get kept() {
      return keptOf(records);
    },
    live: (surroundings) => live(records, surroundings),
  };
}

function live(records: readonly AppendedRecord[], surroundings: SharedSurroundings): SharedProcess {
  const clock = new ProcessClock(surroundings.clock);
  const journal = new SimulatedJournal(records, () => Promise.resolve(undefined));
  const engine = new EmbeddedEngine({ ...surroundings, clock, journal, sagasInFlightMax: SAGAS_IN_FLIGHT_MAX });
  return {
    engine,
    get unwritten() {
      return journal.unflushed.length;
    },
    get timers() {
      return clock.timers;
    },
    get kept() {
      return keptOf(journal.recordsAfterCrash(journal.unflushed.length));
    },
    write: () => journal.flush(),
    kill: (written) => {
      clock.kill();
      return embeddedTogether(journal.recordsAfterCrash(written));
    },
  };
}

function keptOf(records: readonly AppendedRecord[]): ReadonlyMap<string, KeptSaga> {
  const kept = new Map<string, KeptSaga & { readonly records: AppendedRecord[] }>();
  for (const record of records) {
    const { id } = record.saga;
    const earlier = kept.get(id)?.records ?? [];
    earlier.push(record);
    kept.set(id, { records: earlier, saga: record.saga });
  }
  return kept;
}
