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

const SETTLE_MS = 15_000;
const MEASURE_MS = 20_000;

/** Measures the cost of many sagas that wait for a participant that is down. */
export async function measureWaiting({ participants, directory, sagas, onProgress }: WaitingOptions): Promise<string> {
  await participants.reset();
  const orchestrator = await Child.orchestrator({
    LOG_LEVEL: "error",
    SAGA_DEADLINE_MS: "3600000",
    RETRY_ATTEMPTS_MAX: "1000",
    JOURNAL_PATH: join(directory, "waiting.sqlite"),
    ...participants.variables,
    // No process listens on this port.
    STORE_MANAGER_URL: "http://127.0.0.1:9",
  });
  await startAll(orchestrator.url, 1_000);
  await setTimeout(SETTLE_MS);
  const few = orchestrator.usage;
  onProgress(`making ${sagas} sagas wait for a participant that is down`);
  await startAll(orchestrator.url, sagas - 1_000);
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
