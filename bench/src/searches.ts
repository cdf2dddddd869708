import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Child } from "./child.ts";
import { writeEnded } from "./ended.ts";
import { round, table } from "./numbers.ts";
import type { Participants } from "./participants.ts";

export interface SearchesOptions {
  readonly participants: Participants;
  readonly directory: string;
  /** How many sagas are searched. */
  readonly searched: number;
  readonly onProgress: (text: string) => void;
}

const SEARCHES = 500;
/** How long a client waits that leaves. */
const PATIENCE_MS = 300;

/** Measures how long liveness takes to answer while many clients search for a text that no saga has. */
export async function measureSearches({ participants, directory, searched, onProgress }: SearchesOptions): Promise<string> {
  const path = join(directory, "searches.sqlite");
  onProgress(`writing a journal of ${searched} ended sagas`);
  await writeEnded(path, participants, { ended: searched, directory });
  const orchestrator = await Child.orchestrator({ LOG_LEVEL: "error", ...participants.variables, JOURNAL_PATH: path });
  const rows: string[][] = [];
  for (const [name, patienceMs] of [
    ["clients that wait", undefined],
    [`clients that leave after ${PATIENCE_MS / 1_000} s`, PATIENCE_MS],
  ] as const) {
    onProgress(`${SEARCHES} searches, ${name}`);
    const searching = Promise.all(Array.from({ length: SEARCHES }, () => search(orchestrator.url, patienceMs)));
    const liveness = await livenessUntil(orchestrator.url, searching);
    const statuses = await searching;
    const count = (status: number) => String(statuses.filter((each) => each === status).length);
    rows.push([name, round(Math.max(...liveness.latencies)), round(liveness.seconds, 1), count(200), count(503)]);
  }
  await orchestrator.stop();
  const head = [`${SEARCHES} searches`, "liveness ms, longest", "until all answered s", "found out", "refused"];
  return `${searched} sagas\n\n${table(head, rows)}`;
}

/** The status of the answer; 0 if the client left before. */
async function search(url: string, patienceMs: number | undefined): Promise<number> {
  const init = patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) };
  try {
    const reply = await fetch(`${url}/sagas?text=nowhere`, init);
    await reply.text();
    return reply.status;
  } catch {
    return 0;
  }
}

/** Asks one time after the other, and at least until the searches have ended. */
async function livenessUntil(url: string, searching: Promise<unknown>) {
  const began = performance.now();
  let seconds: number | undefined;
  const ended = searching.then(() => {
    seconds = (performance.now() - began) / 1_000;
  });
  const latencies: number[] = [];
  while (seconds === undefined || latencies.length < 10) {
    const sent = performance.now();
    const reply = await fetch(`${url}/health/live`);
    await reply.text();
    latencies.push(performance.now() - sent);
    await setTimeout(10);
  }
  await ended;
  return { latencies, seconds };
}
