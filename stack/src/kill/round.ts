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
  /** Told how many times it was killed so far. */
  readonly onKill?: (kills: number) => void;
}

export interface Round {
  readonly kills: number;
  readonly sagas: number;
  /** Sagas that met a kill, or a call without a clear answer. */
  readonly troubled: number;
  readonly statuses: Readonly<Record<ListedSaga["status"], number>>;
  readonly effects: number;
  /** Empty where all accounts agree. */
  readonly contradictions: readonly string[];
}

const CALLERS = 24;
const PLENTY = 10_000_000;
/** How long at most nothing is killed. Restate takes seconds until all is well again; killed sooner, it would do nothing at all. */
const UP_MS_MAX = { embedded: 1_000, restate: 6_000 };
const SETTLE_MS_MAX = 120_000;
const LOOK_MS = 250;

/**
 * The real orchestrator, killed again and again at random instants under load, with faults at its services; and the accounts after it. On
 * Restate, Restate is killed as well.
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

/** Short limits: a round meets every one of them. */
const variables = {
  CALL_TIMEOUT_MS: "250",
  SAGA_DEADLINE_MS: "2000",
  RETRY_BACKOFF_MS_BASE: "10",
  RETRY_BACKOFF_MS_MAX: "200",
  CIRCUIT_OPEN_MS_BASE: "50",
  CIRCUIT_OPEN_MS_MAX: "200",
  LOG_LEVEL: "error",
};

async function prepare({ storeManager, payments }: Stack): Promise<void> {
  for (let product_id = 1; product_id <= 4; product_id += 1) {
    await call(`${storeManager.url}/stocks`, z.unknown(), { product_id, quantity: PLENTY });
  }
  await call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] });
}

/** Waits until no saga runs any more; one that does not end is a contradiction. */
async function settle({ orchestrator }: Stack): Promise<void> {
  const running = z.object({ items: z.array(z.unknown()) });
  for (let waited = 0; waited < SETTLE_MS_MAX; waited += LOOK_MS) {
    const { body } = await call(`${orchestrator.url}/sagas?status=running&limit=1`, running);
    if (body.items.length === 0) return;
    await setTimeout(LOOK_MS);
  }
}

/** Not every kill leaves a trace in a history: a saga that was under way during one has met it. */
function countTroubled(sagas: readonly DatedSaga[], killedAt: readonly number[], recorded: ReadonlySet<string>): number {
  const metKill = ({ createdAt, updatedAt }: DatedSaga) => killedAt.some((at) => createdAt <= at && at <= updatedAt);
  return sagas.filter((saga) => recorded.has(saga.saga_id) || metKill(saga)).length;
}
