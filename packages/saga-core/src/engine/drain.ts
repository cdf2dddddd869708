import type { Clock } from "../ports/clock.ts";
import type { Drained } from "../ports/engine.ts";
import { type Journal, JournalError } from "../ports/journal.ts";
import type { SagaRuns } from "./saga-runs.ts";

/** How often a drain checks whether it waits for a disk that cannot be written, in milliseconds. */
const DISK_CHECK_MS = 250;

export interface DrainPorts {
  readonly runs: SagaRuns;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "durable" | "failure" | "openVersions">;
  /** The shortest deadline of a call, in milliseconds. */
  readonly callMsMin: number;
}

/**
 * Lets the sagas in memory come to rest until the instant `stopsAt` (milliseconds since the epoch). It halts them when no call can end in
 * time any more, and cuts the calls that are under way at that instant. Resolves when everything recorded is durable.
 *
 * @throws RecordsLost when nothing can be written: the journal does not hold everything.
 */
export async function drainRuns(ports: DrainPorts, stopsAt: number): Promise<Drained> {
  const { runs, clock, callMsMin, journal } = ports;
  const lastBegin = alarm(clock, stopsAt - callMsMin);
  const grace = alarm(clock, stopsAt);
  await Promise.race([runs.untilEmpty(), lastBegin.rung]);
  lastBegin.cancel();
  for (const run of runs.all) run.halt();
  await Promise.race([runs.untilEmpty(), grace.rung]);
  grace.cancel();
  const cut = runs.all.filter(({ isSending }) => isSending);
  for (const run of cut) run.cut();
  const failure = await untilOnDisk({ runs, clock, journal });
  const drained = { callsCut: cut.length, ...(await countUnfinished(journal)) };
  if (failure) throw new RecordsLost(failure, drained);
  return drained;
}

/** What a drain leaves, where nothing could be written to the end: the journal does not hold everything that happened. */
export class RecordsLost extends JournalError {
  readonly drained: Drained;

  constructor(cause: JournalError, drained: Drained) {
    super(`${cause.message} What was not written is lost, as after a crash.`, { cause: cause.cause });
    this.drained = drained;
  }
}

function alarm(clock: Clock, instant: number) {
  const ringing = Promise.withResolvers<void>();
  return { rung: ringing.promise, cancel: clock.wakeAt(instant, ringing.resolve) };
}

/** Resolves with the failure of a disk that cannot be written. */
async function untilOnDisk({ runs, clock, journal }: Omit<DrainPorts, "callMsMin">): Promise<JournalError | undefined> {
  let isDone = false;
  const done = runs
    .untilEmpty()
    .then(() => journal.durable())
    .then(() => {
      isDone = true;
    });
  while (!isDone) {
    const checked = Promise.withResolvers<void>();
    const cancel = clock.wakeAt(clock.now() + DISK_CHECK_MS, checked.resolve);
    await Promise.race([done, checked.promise]);
    cancel();
    if (!isDone && journal.failure) return journal.failure;
  }
  return undefined;
}

/** The sagas that the next start goes on with; nothing where the journal cannot be read. */
async function countUnfinished(journal: Pick<Journal, "openVersions">): Promise<Pick<Drained, "unfinished">> {
  try {
    const versions = await journal.openVersions();
    return { unfinished: versions.reduce((count, { running }) => count + running, 0) };
  } catch {
    return {};
  }
}
