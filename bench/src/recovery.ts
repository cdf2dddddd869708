import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
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

/** Measures how an orchestrator resumes after it was killed with many sagas in flight. All calls of each saga are still to be made. */
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

  const blackHole = await BlackHole.open();
  const blocked = await Child.orchestrator({
    ...patient,
    ...participants.variables,
    ...journal,
    STORE_MANAGER_URL: blackHole.url,
  });
  onProgress(`blocking ${sagas} sagas`);
  await startAll(blocked.url, sagas);
  const { memoryMb } = blocked.usage;
  await blocked.stop("SIGKILL");
  blackHole.close();

  onProgress(`resuming ${sagas} sagas`);
  const killed = performance.now();
  const resumed = await Child.orchestrator({ ...patient, ...participants.variables, ...journal });
  const listening = performance.now();
  await until(async () => (await countOrders(participants)) > 0);
  const first = performance.now();
  await until(async () => (await countPayments(participants)) >= sagas);
  const last = performance.now();
  await resumed.stop();
  const perSecond = sagas / ((last - first) / 1_000);
  const normally = usual.sagas / usual.seconds;
  return table(
    ["sagas in flight", "MB", "kill to listening s", "to the first call s", "sagas/s", "normally", "ratio"],
    [
      [
        String(sagas),
        round(memoryMb),
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
  const blocked = await Child.orchestrator({ ...variables, PAYMENTS_URL: blackHole.url });
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

const state = z.object({ orders: z.array(z.unknown()).optional(), payments: z.array(z.unknown()).optional() });

async function countOrders({ storeManagerUrl }: Participants): Promise<number> {
  return (await stateOf(storeManagerUrl)).orders?.length ?? 0;
}

async function countPayments({ paymentsUrl }: Participants): Promise<number> {
  return (await stateOf(paymentsUrl)).payments?.length ?? 0;
}

async function stateOf(url: string): Promise<z.output<typeof state>> {
  return state.parse(await (await fetch(`${url}/control/state`)).json());
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(POLL_MS);
}
