import { EmbeddedEngine } from "../engine/embedded-engine.ts";
import { SimulatedJournal } from "../simulation/simulated-journal.ts";
import type { AppendedRecord } from "../testing/memory-journal.ts";
import type { Saga } from "../transition/saga.ts";
import { ProcessClock } from "./process-clock.ts";
import { FAILURE_RECORDS_MAX } from "./repetitions.ts";
import type { KeptSaga, SharedProcess, SharedRemains, SharedSurroundings } from "./shared-process.ts";

/** There is memory for every saga of a run, so no start is refused; and a run meets compaction. */
const limits = { sagasInFlightMax: 1_000, failureRecordsMax: FAILURE_RECORDS_MAX };

/** The embedded engine with many sagas, over a journal whose disk writes when the simulation says so. */
export function embeddedTogether(records: readonly AppendedRecord[] = []): SharedRemains {
  return {
    isCompacting: true,
    takesSignals: true,
    reportsOnce: true,
    get kept() {
      return keptOf(records);
    },
    live: (surroundings) => live(records, surroundings),
  };
}

function live(records: readonly AppendedRecord[], surroundings: SharedSurroundings): SharedProcess {
  const clock = new ProcessClock(surroundings.clock);
  const journal = new SimulatedJournal(records, () => Promise.resolve(undefined));
  const engine = new EmbeddedEngine({ ...surroundings, clock, journal, ...limits });
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

/** A record takes the place of those that it stands for. */
function keptOf(records: readonly AppendedRecord[]): ReadonlyMap<string, KeptSaga> {
  const kept = new Map<string, { readonly records: AppendedRecord[]; readonly saga: Saga }>();
  for (const record of records) {
    const { saga, firstSeq } = record;
    const held = kept.get(saga.id)?.records ?? [];
    while ((held.at(-1)?.saga.seq ?? 0) >= firstSeq) held.pop();
    held.push(record);
    kept.set(saga.id, { records: held, saga });
  }
  return kept;
}
