import { getLogger } from "@logtape/logtape";
import { systemClock } from "saga-clock";
import { EmbeddedEngine, type JournalCommit, type JournalError } from "saga-core";
import type { Dependency } from "saga-http";
import { keepVerifying, SqliteJournal } from "saga-sqlite";
import { v7 as uuidv7 } from "uuid";
import { stopTimesOf } from "../stop-times.ts";
import type { ComposeEngine } from "./composed-engine.ts";
import { keepDeletingOld } from "./delete-old.ts";

/** Sagas in this process, on a journal that it owns alone. */
export const composeEmbedded: ComposeEngine = async (config, { controllers, journalWatch, ...parts }) => {
  const log = getLogger(["orchestrator"]);
  const contradiction = Promise.withResolvers<never>();
  // Whoever runs the process waits for it; a test need not.
  contradiction.promise.catch(() => undefined);
  let last: JournalCommit | undefined;
  let commits = 0;
  const journal = new SqliteJournal(config.JOURNAL_PATH, {
    onCommit: (commit) => {
      last = commit;
      commits += 1;
      journalWatch?.committed(commit);
    },
    onFailure: (failure) => {
      journalWatch?.journalFailed(failure);
      if (failure) log.error("{failure} No saga is accepted, and those under way wait", { failure: failure.message });
      else log.info("The journal can be written again");
    },
    onContradiction: contradiction.reject,
    onNotice: (notice) => log.warn("{notice}", { notice }),
    accept: config.JOURNAL_ACCEPT,
    onDamage: (damage) => log.error("The journal is damaged. {damage}", { damage }),
    onMigration: (version) => log.info("The journal's schema is brought to the present one from version {version}", { version }),
  });
  try {
    const engine = new EmbeddedEngine({
      controllers,
      journal,
      clock: systemClock,
      random: Math.random,
      newId: uuidv7,
      sagasInFlightMax: config.SAGAS_IN_FLIGHT_MAX,
      signalWaitMsMax: config.SIGNAL_WAIT_MS_MAX,
      signalsWaitingMax: config.SIGNALS_WAITING_MAX,
      ...parts,
    });
    const resumed = await engine.resume();
    const stopDeleting = keepDeletingOld(journal, config);
    const stopVerifying = keepVerifying(journal, (error) => {
      log.warn("The journal could not be verified: {error}", { error });
    });
    return {
      engine,
      index: journal,
      open: resumed,
      unreadiness: () => journal.failureNow()?.message,
      dependencies: () => [journalState(journal.failureNow(), last, commits)],
      failed: contradiction.promise,
      drain: async () => {
        // A file that was just deleted does not hold what it should: then the drain fails.
        journal.failureNow();
        return await engine.drain(stopTimesOf(config).drainMs);
      },
      close: async () => {
        stopDeleting();
        stopVerifying();
        const failure = journal.failureNow();
        journal.close();
        if (failure) throw failure;
        if (journal.failure) throw journal.failure;
      },
    };
  } catch (error) {
    journal.close();
    throw error;
  }
};

/** The journal in words and numbers. */
function journalState(failure: JournalError | undefined, last: JournalCommit | undefined, commits: number): Dependency {
  if (failure) return { name: "journal", state: "failing", says: failure.message };
  const lastly = last ? `; the last one took ${last.tookMs.toFixed(1)} ms for ${last.records} records` : "";
  return { name: "journal", state: "well", says: `It can be written: ${commits} commits since the start${lastly}.` };
}
