import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { SagaRuns } from "./saga-runs.ts";

/** How often a drain checks whether it waits for a disk that cannot be written, in milliseconds. */
const DISK_CHECK_MS = 250;

export interface DrainPorts {
  readonly runs: SagaRuns;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "durable" | "failure">;
}

/**
 * Lets the sagas in memory come to rest for as long as `graceMs`, then halts them. Resolves when no call is under way and everything
 * recorded is durable.
 *
 * @throws JournalError when nothing can be written and no call is under way: the journal does not hold everything.
 */
export async function drainRuns(ports: DrainPorts, graceMs: number): Promise<void> {
  const { runs, clock } = ports;
  const grace = Promise.withResolvers<void>();
  const cancelGrace = clock.wakeAt(clock.now() + graceMs, grace.resolve);
  await Promise.race([runs.untilEmpty(), grace.promise]);
  cancelGrace();
  for (const run of runs.all) run.halt();
  await untilOnDisk(ports);
}

async function untilOnDisk({ runs, clock, journal }: DrainPorts): Promise<void> {
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
    if (!isDone && journal.failure && !runs.all.some(({ isSending }) => isSending)) throw journal.failure;
  }
}
