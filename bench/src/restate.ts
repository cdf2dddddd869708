import { join } from "node:path";
import { RestateNode } from "test-kit/restate";
import { Child } from "./child.ts";
import { at, round, table } from "./numbers.ts";
import type { Participants } from "./participants.ts";
import { startAll } from "./start-all.ts";
import { type Contest, type Contestant, evenTerms } from "./throughput.ts";
import { sumOf, usageOf } from "./usage.ts";

export interface OnRestateOptions {
  readonly participants: Pick<Participants, "variables">;
  readonly directory: string;
  readonly onProgress: (text: string) => void;
}

/**
 * Starts five contestants that make the same calls: by hand on Restate as in its guide, the same so that a saga can be found and cancelled,
 * our engine on Restate, the embedded engine, and by hand without either. Those on Restate share one node.
 */
export async function startOnRestate({ participants, directory, onProgress }: OnRestateOptions): Promise<Contest> {
  const node = await RestateNode.start({ onInstall: () => onProgress("installing the Restate server") });
  const variables = { PORT: "0", ...participants.variables, ...evenTerms, LOG_LEVEL: "error" };
  const onRestate = { ...variables, RESTATE_INGRESS_URL: node.ingressUrl, RESTATE_ADMIN_URL: node.adminUrl };
  const children: Child[] = [];
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    await node.stop();
  };
  const contestant = (name: string, child: Child, usage: Contestant["usage"]): Contestant => {
    children.push(child);
    return { name, url: child.url, usage };
  };
  const withNode = (name: string, child: Child) => contestant(name, child, () => sumOf([child.usage, usageOf(node.pid)]));
  const alone = (name: string, child: Child) => contestant(name, child, () => child.usage);
  const journal = { JOURNAL_PATH: join(directory, "beside-restate.sqlite") };
  try {
    const contestants = [
      withNode("by hand on Restate", await Child.start("bench/src/by-hand-process.ts", onRestate)),
      withNode("the same, findable", await Child.start("bench/src/by-hand-process.ts", { ...onRestate, FINDABLE: "true" })),
      withNode("ours on Restate", await Child.orchestrator({ ...onRestate, ENGINE: "restate", RESTATE_ENDPOINT_PORT: "0" })),
      alone("ours", await Child.orchestrator({ ...variables, ...journal })),
      alone("by hand", await Child.start("bench/src/naive-process.ts", variables)),
    ];
    return { contestants, baselines: ["by hand on Restate", "the same, findable"], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How often each list is read. */
const READS = 15;

export interface RestateListOptions {
  readonly participants: Participants;
  readonly sagas: number;
  readonly onProgress: (text: string) => void;
}

/** Measures how long the list of sagas takes on Restate, which reads it with SQL, beside a number of sagas. */
export async function measureRestateList({ participants, sagas, onProgress }: RestateListOptions): Promise<string> {
  const node = await RestateNode.start();
  const restate = {
    ENGINE: "restate",
    RESTATE_INGRESS_URL: node.ingressUrl,
    RESTATE_ADMIN_URL: node.adminUrl,
    RESTATE_ENDPOINT_PORT: "0",
  };
  const orchestrator = await Child.orchestrator({ ...participants.variables, ...restate, LOG_LEVEL: "error" });
  try {
    onProgress(`starting ${sagas} sagas`);
    await participants.reset();
    await startAll(orchestrator.url, sagas);
    const rows: string[][] = [];
    for (const [name, query] of Object.entries(queries)) {
      onProgress(name);
      const latencies: number[] = [];
      for (let read = 0; read < READS; read += 1) {
        const sent = performance.now();
        const response = await fetch(`${orchestrator.url}/sagas?limit=50${query}`);
        await response.text();
        if (!response.ok) throw new Error(`A list was answered ${response.status}`);
        latencies.push(performance.now() - sent);
      }
      const sorted = latencies.toSorted((one, other) => one - other);
      rows.push([name, round(at(sorted, 0.5)), round(at(sorted, 0.99))]);
    }
    return `${sagas} sagas\n\n${table(["list of 50", "p50 ms", "p99 ms"], rows)}`;
  } finally {
    await orchestrator.stop();
    await node.stop();
  }
}

const queries = {
  newest: "",
  running: "&status=running",
  "needs a human (none does)": "&status=needs_intervention",
  "a text that no saga has": "&text=nowhere",
} as const;
