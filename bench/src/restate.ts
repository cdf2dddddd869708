import { join } from "node:path";
import { RestateNode } from "test-kit/restate";
import { Child } from "./child.ts";
import { at, round, table } from "./numbers.ts";
import type { Participants } from "./participants.ts";
import { startAll } from "./start-all.ts";
import { type Contest, type Contestant, evenTerms } from "./throughput.ts";
import { sumOf, usageOf } from "./usage.ts";

export interface OnRestateOptions {
  readonly participants: Participants;
  readonly directory: string;
  readonly onProgress: (text: string) => void;
}

/**
 * The same three calls by hand on Restate, once as its guide has them and once so that they can be found and cancelled, with our engine there,
 * with the embedded one, and naively. One Restate node for all.
 */
export async function beginOnRestate({ participants, directory, onProgress }: OnRestateOptions): Promise<Contest> {
  const node = await RestateNode.start({ onInstall: () => onProgress("installing the Restate server") });
  const variables = { PORT: "0", ...participants.variables, ...evenTerms, LOG_LEVEL: "error" };
  const onRestate = { ...variables, RESTATE_INGRESS_URL: node.ingressUrl, RESTATE_ADMIN_URL: node.adminUrl };
  const children: Child[] = [];
  const end = async () => {
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
      withNode("by hand", await Child.start("bench/src/by-hand-process.ts", onRestate)),
      withNode("by hand, findable", await Child.start("bench/src/by-hand-process.ts", { ...onRestate, FINDABLE: "true" })),
      withNode("our engine", await Child.orchestrator({ ...onRestate, ENGINE: "restate", RESTATE_ENDPOINT_PORT: "0" })),
      alone("embedded engine", await Child.orchestrator({ ...variables, ...journal })),
      alone("naive", await Child.start("bench/src/naive-process.ts", variables)),
    ];
    return { contestants, baselines: ["by hand", "by hand, findable"], end };
  } catch (error) {
    await end();
    throw error;
  }
}

const LOOKS = 15;

export interface RestateListOptions {
  readonly participants: Participants;
  readonly sagas: number;
  readonly onProgress: (text: string) => void;
}

/** How long the list takes beside so many sagas on Restate, asked in SQL. */
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
    for (const [what, query] of Object.entries(queries)) {
      onProgress(what);
      const latencies: number[] = [];
      for (let look = 0; look < LOOKS; look += 1) {
        const sent = performance.now();
        const response = await fetch(`${orchestrator.url}/sagas?limit=50${query}`);
        await response.text();
        if (!response.ok) throw new Error(`A list was answered ${response.status}`);
        latencies.push(performance.now() - sent);
      }
      const sorted = latencies.toSorted((one, other) => one - other);
      rows.push([what, round(at(sorted, 0.5)), round(at(sorted, 0.99))]);
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
  "a text that is nowhere": "&text=nowhere",
} as const;
