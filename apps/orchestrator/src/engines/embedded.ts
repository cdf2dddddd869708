import { getLogger } from "@logtape/logtape";
import { systemClock } from "saga-clock";
import { EmbeddedEngine } from "saga-core";
import { keepVerifying, SqliteJournal } from "saga-sqlite";
import { v7 as uuidv7 } from "uuid";
import { stopTimesOf } from "../stop-times.ts";
import type { ComposeEngine } from "./composed-engine.ts";
import { keepDeletingOld } from "./delete-old.ts";
import { logEnd } from "./log-end.ts";

/** Sagas in this process, on a journal that it owns alone. */
export const composeEmbedded: ComposeEngine = async (config, { controllers, journalWatch, ...parts }) => {
  const log = getLogger(["orchestrator"]);
  const contradiction = Promise.withResolvers<never>();
  // Whoever runs the process waits for it; a test need not.
  contradiction.promise.catch(() => undefined);
  const journal = new SqliteJournal(config.JOURNAL_PATH, {
    ...(journalWatch && { onCommit: (commit) => journalWatch.committed(commit) }),
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
    engine.subscribe(logEnd);
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
