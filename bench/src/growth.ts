import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { CheapParticipants } from "./cheap-participants.ts";
import { Child } from "./child.ts";
import { writeEnded } from "./ended.ts";
import { load } from "./load.ts";
import { at, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";
import { startAtRate } from "./start-at-rate.ts";
import { startWaiting, waitsForLong } from "./waiting.ts";

export interface GrowthOptions {
  readonly participants: Participants;
  /** Those of the load: they keep nothing, so that only the orchestrator can grow. */
  readonly cheap: CheapParticipants;
  readonly directory: string;
  readonly ended: number;
  readonly waiting: number;
  /** How long the load at half capacity lasts, in milliseconds. */
  readonly steadyMs: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS = 16;
/** The samples of the load at half capacity. */
const SAMPLES = 6;

/** Measures what grows with the journal, with the size of an order, and with time. */
export async function measureGrowth(options: GrowthOptions): Promise<string> {
  const parts = [await startsByJournal(options), await payloads(options), await steadyLoad(options)];
  return parts.join("\n");
}

/** How long a start takes, by the sagas in the journal. */
async function startsByJournal({ participants, cheap, directory, ended, waiting, onProgress }: GrowthOptions): Promise<string> {
  const rows: (readonly string[])[] = [];
  for (const count of [1, ended / 100, ended / 10, ended]) {
    onProgress(`a start with ${count} ended sagas`);
    const path = join(directory, `ended-${count}.sqlite`);
    await writeEnded(path, participants, { ended: count, directory });
    rows.push([`${count} ended`, ...(await timedStart(path, cheap.variables))]);
  }
  onProgress(`a start with ${waiting} sagas that wait for a participant that is down`);
  const path = join(directory, "many-waiting.sqlite");
  const patient = { ...cheap.variables, ...waitsForLong };
  const before = await Child.orchestrator({ LOG_LEVEL: "error", ...patient, JOURNAL_PATH: path });
  await startWaiting(before.url, waiting);
  await before.stop("SIGKILL");
  rows.push([`${waiting} waiting`, ...(await timedStart(path, patient))]);
  return `Starts:\n\n${table(["sagas", "journal MB", "start s", "MB"], rows)}`;
}

async function timedStart(path: string, variables: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const bytes = statSync(path).size;
  const began = performance.now();
  const child = await Child.orchestrator({ LOG_LEVEL: "error", ...variables, JOURNAL_PATH: path });
  const seconds = (performance.now() - began) / 1_000;
  // What goes on after the start is part of its memory.
  await setTimeout(5_000);
  const { memoryMb } = child.usage;
  await child.stop("SIGKILL");
  return [round(bytes / 1_048_576, 1), round(seconds, 2), round(memoryMb)];
}

/** Orders of several sizes. What the definition does not know is not recorded. */
async function payloads({ cheap, directory, ms, onProgress }: GrowthOptions): Promise<string> {
  const { order } = orders.succeeding;
  const padded = (bytes: number) => ({ ...order, note: "x".repeat(bytes) });
  const items = Array.from({ length: 100 }, (_, index) => ({ product_id: index + 1, quantity: 1 }));
  const sizes = { "1 kB": padded(1_000), "10 kB": padded(10_000), "60 kB": padded(60_000), "100 items": { ...order, items } };
  const path = join(directory, "payloads.sqlite");
  const child = await Child.orchestrator({ LOG_LEVEL: "error", ...cheap.variables, JOURNAL_PATH: path });
  await load(child.url, { callers: CALLERS, ms, ...orders.succeeding });
  const rows: (readonly string[])[] = [];
  for (const [size, body] of Object.entries(sizes)) {
    onProgress(`orders of ${size}`);
    const before = child.usage;
    const { sagas, seconds, latencies } = await load(child.url, { callers: CALLERS, ms, order: body, status: 200 });
    const { cpuSeconds, memoryMb } = child.usage;
    const cpu = ((cpuSeconds - before.cpuSeconds) / sagas) * 1_000;
    rows.push([
      size,
      round(sagas / seconds),
      round(at(latencies, 0.5), 1),
      round(at(latencies, 0.99), 1),
      round(cpu, 2),
      round(memoryMb),
    ]);
  }
  await child.stop();
  return `Orders by their size, with ${CALLERS} callers:\n\n${table(["order", "sagas/s", "p50 ms", "p99 ms", "CPU s/1000", "MB"], rows)}`;
}

/** Half of what was measured to get through, for a long time: does memory grow? */
async function steadyLoad({ cheap, directory, steadyMs, ms, onProgress }: GrowthOptions): Promise<string> {
  const path = join(directory, "steady.sqlite");
  const child = await Child.orchestrator({ LOG_LEVEL: "error", ...cheap.variables, JOURNAL_PATH: path });
  const measured = await load(child.url, { callers: CALLERS, ms, ...orders.succeeding });
  const perSecond = Math.floor(measured.sagas / measured.seconds / 2);
  const rows: (readonly string[])[] = [];
  let started = measured.sagas;
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    onProgress(`half capacity, ${sample} of ${SAMPLES}`);
    const { accepted } = await startAtRate(child.url, { ms: steadyMs / SAMPLES, perSecond, unansweredMax: 1_000 });
    started += accepted.length;
    const minutes = (sample * steadyMs) / SAMPLES / 60_000;
    const journalMb = round(statSync(path).size / 1_048_576);
    rows.push([round(minutes, 1), String(started), String(perSecond), round(child.usage.memoryMb), journalMb]);
  }
  await child.stop();
  return `Half of its capacity:\n\n${table(["minutes", "sagas", "starts/s", "MB", "journal MB"], rows)}`;
}
