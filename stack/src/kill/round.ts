import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Stack } from "../stack.ts";
import { WebClient } from "../web-client.ts";
import { call } from "../wire.ts";
import { findContradictions, type ListedSaga } from "./accounts.ts";
import { Dice } from "./dice.ts";
import { embeddedVictims } from "./embedded-victims.ts";
import { type DatedSaga, listSagas, readLedgers } from "./read-books.ts";
import { restateVictims } from "./restate-victims.ts";
import { Traffic } from "./traffic.ts";
import { Trouble } from "./trouble.ts";

export interface RoundOptions {
  readonly seed: number;
  readonly kills: number;
  /** Whether the services keep keys. */
  readonly keyed: boolean;
  readonly engine: "embedded" | "restate";
  /** Called after each kill, with how many there were. */
  readonly onKill?: (kills: number) => void;
}

export interface Round {
  readonly kills: number;
  readonly sagas: number;
  /** Sagas that met a kill, or a call without a clear answer. */
  readonly troubled: number;
  readonly statuses: Readonly<Record<ListedSaga["status"], number>>;
  readonly effects: number;
  /** Empty when all accounts agree. */
  readonly contradictions: readonly string[];
}

const CALLERS = 24;
const PLENTY = 10_000_000;
/** Longest time between two kills. Restate takes seconds to recover: killed sooner each time, it would do nothing. */
const UP_MS_MAX = { embedded: 1_000, restate: 6_000 };
const SETTLE_MS_MAX = 120_000;
const POLL_MS = 250;

/**
 * Kills the real orchestrator at random instants, under load and with faults at its services, and compares all accounts after that. With the
 * engine on Restate, Restate is killed as well.
 */
export async function playRound({ seed, kills, keyed, engine, onKill = () => undefined }: RoundOptions): Promise<Round> {
  const dice = new Dice(seed);
  const victims = await (engine === "embedded"
    ? embeddedVictims({ keyed, variables })
    : restateVictims({ keyed, variables }, dice));
  const { stack } = victims;
  const killedAt: number[] = [];
  try {
    await prepare(stack);
    const client = new WebClient(stack.orchestrator.url);
    const traffic = new Traffic(client, dice, CALLERS);
    const trouble = new Trouble(stack, dice, traffic);
    for (let killed = 1; killed <= kills; killed += 1) {
      await setTimeout(dice.between(0, UP_MS_MAX[engine]));
      killedAt.push(Date.now());
      await victims.kill();
      onKill(killed);
    }
    await trouble.end();
    await traffic.end();
    await settle(stack);
    const sagas = await listSagas(stack.orchestrator.url);
    const ledger = await readLedgers([stack.storeManager.url, stack.payments.url]);
    const count = (status: ListedSaga["status"]) => sagas.filter((saga) => saga.status === status).length;
    return {
      kills,
      sagas: sagas.length,
      troubled: countTroubled(sagas, killedAt, await victims.troubled()),
      statuses: {
        running: count("running"),
        completed: count("completed"),
        cancelled: count("cancelled"),
        needs_intervention: count("needs_intervention"),
      },
      effects: ledger.length,
      contradictions: findContradictions({ sagas, placed: traffic.placed, ledger }),
    };
  } finally {
    await victims.stop();
  }
}

/** Short limits, so that a round reaches each of them. */
const variables = {
  CALL_TIMEOUT_MS: "250",
  SAGA_DEADLINE_MS: "2000",
  RETRY_BACKOFF_MS_BASE: "10",
  RETRY_BACKOFF_MS_MAX: "200",
  CIRCUIT_OPEN_MS_BASE: "50",
  CIRCUIT_OPEN_MS_MAX: "200",
  // Orders go on while most of them meet a fault.
  AUTO_PAUSE_COUNT_MIN: "0",
  LOG_LEVEL: "error",
};

async function prepare({ storeManager, payments }: Stack): Promise<void> {
  for (let product_id = 1; product_id <= 4; product_id += 1) {
    await call(`${storeManager.url}/stocks`, z.unknown(), { product_id, quantity: PLENTY });
  }
  await call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] });
}

/** Waits until no saga is running. One that does not end is found as a contradiction. */
async function settle({ orchestrator }: Stack): Promise<void> {
  const running = z.object({ items: z.array(z.unknown()) });
  for (let waited = 0; waited < SETTLE_MS_MAX; waited += POLL_MS) {
    const { body } = await call(`${orchestrator.url}/sagas?status=running&limit=1`, running);
    if (body.items.length === 0) return;
    await setTimeout(POLL_MS);
  }
}

/** A kill may leave no trace in a history: it counts for each saga that was running at the time. */
function countTroubled(sagas: readonly DatedSaga[], killedAt: readonly number[], recorded: ReadonlySet<string>): number {
  const metKill = ({ createdAt, updatedAt }: DatedSaga) => killedAt.some((at) => createdAt <= at && at <= updatedAt);
  return sagas.filter((saga) => recorded.has(saga.saga_id) || metKill(saga)).length;
}
