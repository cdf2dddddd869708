import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { orderSagaOf } from "orchestrator/compose";
import { readConfig } from "orchestrator/config";
import { stateOf } from "saga-core";
import { fold, readInput, startOf, stepOf } from "saga-core/engine";
import { SqliteJournal } from "saga-sqlite";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { round, table } from "./numbers.ts";
import { BlackHole, orders, type Participants } from "./participants.ts";
import { STARTERS, startAll } from "./start-all.ts";

export interface RecoveryOptions {
  readonly participants: Participants;
  readonly directory: string;
  readonly sagas: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const POLL_MS = 100;

/** Long limits, so that no measured saga turns to compensation. */
const patient = {
  LOG_LEVEL: "error",
  SAGA_DEADLINE_MS: "3600000",
  CALL_TIMEOUT_MS: "299999",
  SAGAS_IN_FLIGHT_MAX: "1000000",
};

/** Measures how an orchestrator resumes many sagas that were in flight at a crash. All calls of each saga are still to be made. */
export async function measureRecovery({ participants, directory, sagas, ms, onProgress }: RecoveryOptions): Promise<string> {
  const journal = { JOURNAL_PATH: join(directory, "recovery.sqlite") };
  await participants.reset();
  onProgress("normal throughput");
  const normal = await Child.orchestrator({
    ...patient,
    ...participants.variables,
    JOURNAL_PATH: join(directory, "normal.sqlite"),
  });
  await load(normal.url, { callers: STARTERS, ms: ms / 4, ...orders.succeeding });
  const usual = await load(normal.url, { callers: STARTERS, ms, ...orders.succeeding });
  await normal.stop();
  await participants.reset();

  onProgress(`writing a journal of ${sagas} sagas in flight`);
  const variables = { ...patient, ...participants.variables, ...journal };
  await writeStarted(variables, sagas);
  onProgress(`resuming ${sagas} sagas`);
  const killed = performance.now();
  const resumed = await Child.orchestrator(variables);
  const listening = performance.now();
  await until(async () => (await countOrders(participants)) > 0);
  const first = performance.now();
  await until(async () => (await countPayments(participants)) >= sagas);
  const last = performance.now();
  await resumed.stop();
  const perSecond = sagas / ((last - first) / 1_000);
  const normally = usual.sagas / usual.seconds;
  return table(
    ["sagas in flight", "start to listening s", "to the first call s", "sagas/s", "normally", "ratio"],
    [
      [
        String(sagas),
        round((listening - killed) / 1_000, 2),
        round((first - listening) / 1_000, 2),
        round(perSecond),
        round(normally),
        round(perSecond / normally, 2),
      ],
    ],
  );
}

/** Measures the time from the kill to the last rollback of many orders whose payments are refused. */
export async function measureRollbacks({ participants, directory, sagas, onProgress }: RecoveryOptions): Promise<string> {
  await participants.reset();
  onProgress(`undoing ${sagas} sagas`);
  const variables = { ...patient, ...participants.variables, JOURNAL_PATH: join(directory, "rollbacks.sqlite") };
  const blackHole = await BlackHole.open();
  // Each saga waits for its payment when the orchestrator is killed.
  // So many are accepted although their participant is silent.
  const blocked = await Child.orchestrator({
    ...variables,
    PAYMENTS_URL: blackHole.url,
    CALLS_IN_FLIGHT_MAX: String(sagas + STARTERS),
  });
  await startAll(blocked.url, sagas, orders.failing.order);
  await until(async () => (await countOrders(participants)) >= sagas);
  await blocked.stop("SIGKILL");
  blackHole.close();
  const killed = performance.now();
  const resumed = await Child.orchestrator(variables);
  await until(async () => (await countOrders(participants)) === 0);
  const seconds = (performance.now() - killed) / 1_000;
  await resumed.stop();
  return table(["sagas to undo", "kill to the last rollback s"], [[String(sagas), round(seconds, 2)]]);
}

/** Writes the records of sagas that have just started: no orchestrator would accept so many that it could not begin in time. */
async function writeStarted(variables: Readonly<Record<string, string>> & { readonly JOURNAL_PATH: string }, sagas: number) {
  const controller = orderSagaOf(readConfig(variables));
  const journal = new SqliteJournal(variables.JOURNAL_PATH);
  const input = readInput(controller, orders.succeeding.order);
  const begun = Array.from({ length: sagas }, async () => {
    const event = startOf(controller, { id: uuidv7(), at: Date.now(), input, idempotencyKey: undefined, trace: undefined });
    const saga = fold(controller, [event]);
    if (saga) await journal.begin({ event, saga, state: stateOf(controller, saga), step: stepOf(controller, saga) });
  });
  await Promise.all(begun);
  journal.close();
}

const state = z.object({ orders: z.array(z.unknown()).optional(), payments: z.array(z.unknown()).optional() });

async function countOrders({ storeManagerUrl }: Participants): Promise<number> {
  return (await shownState(storeManagerUrl)).orders?.length ?? 0;
}

async function countPayments({ paymentsUrl }: Participants): Promise<number> {
  return (await shownState(paymentsUrl)).payments?.length ?? 0;
}

async function shownState(url: string): Promise<z.output<typeof state>> {
  return state.parse(await (await fetch(`${url}/control/state`)).json());
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(POLL_MS);
}
