import { getLogger } from "@logtape/logtape";
import { type ClockDoubt, DeletionClock, type RecordedTimes } from "saga-clock";
import { keepPruning, type SqliteJournal } from "saga-sqlite";
import { type Config, retentionOf } from "../config.ts";

/** Deletes old sagas and keys, while the clock can be believed. Returns a function that stops it. */
export function keepDeletingOld(journal: SqliteJournal, config: Config): () => void {
  const time = deletionClockOf(config, (instant) => journal.recordedTimes(instant));
  return keepPruning(journal, time, retentionOf(config), (error) => {
    getLogger(["orchestrator"]).warn("Old sagas could not be deleted: {error}", { error });
  });
}

/** The clock for deletions. The log says when it is in doubt. */
export function deletionClockOf({ CLOCK_ACCEPT }: Config, recorded: (instant: number) => RecordedTimes): DeletionClock {
  return new DeletionClock({ recorded, acceptedDay: CLOCK_ACCEPT, onDoubt: logDoubt });
}

function logDoubt({ now, expected, until }: ClockDoubt): void {
  const [clock, seen, end] = [now, expected, until].map((at) => new Date(at).toISOString());
  // To be copied as it is: a formatter would put a property in quotation marks.
  const setting = `CLOCK_ACCEPT=${clock?.slice(0, 10)}`;
  getLogger(["orchestrator"]).warn(
    `The clock says {clock}, and the newest record and the time since let expect {seen}: it may be wrong, so no saga and no key is deleted until {end}. If it is right, set ${setting} at the next start; otherwise put it right`,
    { clock, seen, end },
  );
}
