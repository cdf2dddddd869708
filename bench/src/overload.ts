import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout } from "node:timers/promises";
import { orderSagaOf } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import type { Saga, SagaEvent } from "saga-core";
import { readHistory } from "saga-core/engine";
import { recordsOf } from "saga-core/testing";
import { SqliteJournal } from "saga-sqlite";
import { z } from "zod";
import type { RateOptions } from "./at-rate.ts";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { at, round, table } from "./numbers.ts";
import { BlackHole, orders, type Participants, post } from "./participants.ts";
import { type Answers, startAtRate } from "./start-at-rate.ts";

export interface OverloadOptions {
  readonly participants: Participants;
  readonly directory: string;
  /** How long starts are sent beyond the capacity, in milliseconds. */
  readonly floodMs: number;
  readonly onProgress: (text: string) => void;
}

/** How long a call to the Store Manager takes where its capacity is to be small, in milliseconds. */
const SLOW_MS = 500;
const SLOW_ROUTES = ["POST /orders", "PUT /stocks", "GET /orders/{order_id}"] as const;
const CAPACITY_MS = 8_000;
const CALLERS = 128;
/** After its deadline every saga has ended, or waits for a participant that does not answer. */
const REST_MS = 18_000;
const PROGRESS_MS = 2_000;
const UNANSWERED_MAX = 2_000;
/** As many starts at a time as the flood of `respond-async` had that half of the accepted sagas did not survive. */
const FLOOD: Omit<RateOptions, "ms"> = { perSecond: Number.POSITIVE_INFINITY, unansweredMax: 64 };
const DEAD_PER_SECOND = 200;

interface Scene {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly starts: (url: string) => Promise<RateOptions>;
}

/** Measures, with the default limits, what becomes of the sagas that were accepted while more were started than could be done. */
export async function measureOverload(options: OverloadOptions): Promise<string> {
  const { participants, floodMs: ms } = options;
  const blackHole = await BlackHole.open();
  const scenes: readonly Scene[] = [
    { name: "flood", variables: {}, starts: async () => ({ ms, ...FLOOD }) },
    { name: "ten times", variables: {}, starts: (url) => tenTimesTheCapacity(url, options) },
    {
      name: "silent",
      variables: { STORE_MANAGER_URL: blackHole.url },
      starts: async () => ({ ms: 4 * ms, perSecond: DEAD_PER_SECOND, unansweredMax: UNANSWERED_MAX }),
    },
    {
      name: "refusing",
      // No process listens on this port.
      variables: { STORE_MANAGER_URL: "http://127.0.0.1:9" },
      starts: async () => ({ ms: 4 * ms, perSecond: DEAD_PER_SECOND, unansweredMax: UNANSWERED_MAX }),
    },
  ];
  const rows: string[][] = [];
  for (const scene of scenes) {
    await participants.reset();
    rows.push(await measureScene(scene, options));
  }
  for (const url of [participants.storeManagerUrl, participants.paymentsUrl]) await clearFaults(url);
  blackHole.close();
  const ends = ["completed", "deadline", "before its first attempt", "other"];
  return table(["starts", "a second", "accepted", "refused", "p99 ms", ...ends, "%", "p50 s", "p99 s"], rows);
}

async function measureScene(scene: Scene, { participants, directory, onProgress }: OverloadOptions): Promise<string[]> {
  const variables = {
    LOG_LEVEL: "error",
    ...participants.variables,
    ...scene.variables,
    JOURNAL_PATH: join(directory, `overload-${scene.name.replace(" ", "-")}.sqlite`),
  };
  const orchestrator = await Child.orchestrator(variables);
  const starts = await scene.starts(orchestrator.url);
  const progress = async <Result>(text: string, work: Promise<Result>): Promise<Result> => {
    const timer = setInterval(() => onProgress(`${scene.name}: ${text}`), PROGRESS_MS);
    return await work.finally(() => clearInterval(timer));
  };
  const answers = await progress("starting sagas", startAtRate(orchestrator.url, starts));
  await progress("waiting for their ends", untilEnded(orchestrator.url));
  await orchestrator.stop("SIGKILL");
  return [scene.name, ...cells(answers, starts.ms, await endsOf(answers.accepted, variables))];
}

/** Makes the Store Manager slow, and measures how many sagas a second get through. */
async function tenTimesTheCapacity(url: string, { participants, floodMs, onProgress }: OverloadOptions): Promise<RateOptions> {
  for (const route of SLOW_ROUTES) {
    await post(`${participants.storeManagerUrl}/control/faults`, { route, fault: "delay", delay_ms: SLOW_MS });
  }
  onProgress("ten times: measuring the capacity");
  const { sagas, seconds } = await load(url, { callers: CALLERS, ms: CAPACITY_MS, ...orders.succeeding });
  onProgress(`ten times: ${round(sagas / seconds)} sagas a second get through`);
  return { ms: 4 * floodMs, perSecond: (10 * sagas) / seconds, unansweredMax: UNANSWERED_MAX };
}

async function clearFaults(url: string): Promise<void> {
  await fetch(`${url}/control/faults`, { method: "DELETE" });
}

const list = z.object({ items: z.array(z.unknown()) });

async function untilEnded(url: string): Promise<void> {
  const end = performance.now() + REST_MS;
  while (performance.now() < end) {
    const { items } = list.parse(await (await fetch(`${url}/sagas?status=running&limit=1`)).json());
    if (items.length === 0) return;
    await setTimeout(PROGRESS_MS / 4);
  }
}

interface Ends {
  readonly completed: number;
  readonly deadline: number;
  readonly unattempted: number;
  readonly other: number;
  /** How long each completed saga took, in milliseconds, shortest first. */
  readonly durations: readonly number[];
}

/** Reads what became of the sagas. */
async function endsOf(ids: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ends> {
  const controller = orderSagaOf(readConfig(variables));
  const journal = new SqliteJournal(variables["JOURNAL_PATH"] ?? "");
  let [deadline, unattempted, other] = [0, 0, 0];
  const durations: number[] = [];
  try {
    for (const id of ids) {
      const { saga, entries } = readHistory(controller, id, await recordsOf(journal, id));
      if (saga.phase.name === "completed") durations.push(saga.updatedAt - saga.createdAt);
      else if (!metDeadline(saga)) other += 1;
      else {
        deadline += 1;
        if (
          !isAttempted(
            saga,
            entries.map(({ event }) => event),
          )
        )
          unattempted += 1;
      }
    }
  } finally {
    journal.close();
  }
  return { completed: durations.length, deadline, unattempted, other, durations: durations.toSorted((a, b) => a - b) };
}

function metDeadline({ phase }: Saga): boolean {
  return "turn" in phase && phase.turn.cause === "deadline";
}

function isAttempted({ steps }: Saga, events: readonly SagaEvent[]): boolean {
  const isMade = (event: SagaEvent) =>
    event.type === "answered" && !(event.outcome.outcome === "unavailable" && event.outcome.reason.startsWith("not sent"));
  return events.some(isMade) || steps.some(({ calling }) => calling);
}

function cells({ accepted, refusedMs }: Answers, ms: number, ends: Ends): string[] {
  const { completed, deadline, unattempted, other, durations } = ends;
  const starts = accepted.length + refusedMs.length;
  const seconds = (part: number) => (durations.length === 0 ? "" : round(at(durations, part) / 1_000, 1));
  return [
    ...[round(starts / (ms / 1_000)), accepted.length, refusedMs.length],
    ...[refusedMs.length === 0 ? "" : round(at(refusedMs, 0.99)), completed, deadline, unattempted, other],
    ...[round((completed / accepted.length) * 100, 1), seconds(0.5), seconds(0.99)],
  ].map(String);
}
