import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Child } from "./child.ts";
import { round, table } from "./numbers.ts";
import type { Participants } from "./participants.ts";
import { startAll } from "./start-all.ts";

export interface WaitingOptions {
  readonly participants: Participants;
  readonly directory: string;
  readonly sagas: number;
  readonly onProgress: (text: string) => void;
}

/** Until the circuit of a participant that is down is open, and its sagas wait out of memory. */
const SETTLE_MS = 15_000;
/** So many sagas find out that it is down. */
const FIRST = 1_000;
const MEASURE_MS = 20_000;

/** Variables with which a saga waits for a Store Manager that is down, and gives up after an hour. */
export const waitsForLong = {
  SAGA_DEADLINE_MS: "3600000",
  RETRY_ATTEMPTS_MAX: "1000",
  // No process listens on this port.
  STORE_MANAGER_URL: "http://127.0.0.1:9",
};

/** Starts sagas at an orchestrator with `waitsForLong`. Calls back when the first thousand wait. */
export async function startWaiting(url: string, sagas: number, onFew: () => void = () => undefined): Promise<void> {
  await startAll(url, FIRST);
  await setTimeout(SETTLE_MS);
  onFew();
  await startAll(url, sagas - FIRST);
}

/** Measures the cost of many sagas that wait for a participant that is down. */
export async function measureWaiting({ participants, directory, sagas, onProgress }: WaitingOptions): Promise<string> {
  await participants.reset();
  const orchestrator = await Child.orchestrator({
    LOG_LEVEL: "error",
    JOURNAL_PATH: join(directory, "waiting.sqlite"),
    ...participants.variables,
    ...waitsForLong,
  });
  let few = orchestrator.usage;
  await startWaiting(orchestrator.url, sagas, () => {
    few = orchestrator.usage;
    onProgress(`making ${sagas} sagas wait for a participant that is down`);
  });
  await setTimeout(SETTLE_MS);
  const begin = orchestrator.usage;
  await setTimeout(MEASURE_MS);
  const end = orchestrator.usage;
  await orchestrator.stop("SIGKILL");
  const busy = (end.cpuSeconds - begin.cpuSeconds) / (MEASURE_MS / 1_000);
  return table(
    ["waiting sagas", "MB", "MB with 1000", "of a core"],
    [[String(sagas), round(end.memoryMb), round(few.memoryMb), `${round(busy * 100, 1)} %`]],
  );
}
