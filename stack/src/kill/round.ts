import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { Stack } from "../stack.ts";
import { WebClient } from "../web-client.ts";
import { call } from "../wire.ts";
import { findContradictions, type ListedSaga, ledgerSchema } from "./accounts.ts";
import { Dice } from "./dice.ts";
import { Traffic } from "./traffic.ts";
import { Trouble } from "./trouble.ts";

export interface RoundOptions {
  readonly seed: number;
  readonly kills: number;
  /** Whether the services keep keys. */
  readonly keyed: boolean;
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
const UP_MS_MAX = 1_000;
const SETTLE_MS_MAX = 120_000;
const LOOK_MS = 250;

/** The real orchestrator, killed again and again at random instants under load, with faults at its services; and the accounts after it. */
export async function playRound({ seed, kills, keyed, onKill = () => undefined }: RoundOptions): Promise<Round> {
  const dice = new Dice(seed);
  const stack = await Stack.start({ keyed, variables });
  try {
    await prepare(stack);
    const client = new WebClient(stack.orchestrator.url);
    const traffic = new Traffic(client, dice, CALLERS);
    const trouble = new Trouble(stack, dice);
    for (let killed = 1; killed <= kills; killed += 1) {
      await setTimeout(dice.between(0, UP_MS_MAX));
      await stack.orchestrator.stop("SIGKILL");
      await stack.restartOrchestrator();
      onKill(killed);
    }
    await trouble.end();
    await traffic.end();
    await settle(stack);
    const sagas = await listSagas(stack);
    const ledger = await readLedgers(stack);
    const count = (status: ListedSaga["status"]) => sagas.filter((saga) => saga.status === status).length;
    return {
      kills,
      sagas: sagas.length,
      troubled: countTroubled(stack.journalPath),
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
    await stack.stop();
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

const page = z.object({
  items: z.array(
    z.looseObject({ saga_id: z.string(), status: z.enum(["running", "completed", "cancelled", "needs_intervention"]) }),
  ),
  next_cursor: z.string().nullable(),
});

async function listSagas({ orchestrator }: Stack): Promise<readonly ListedSaga[]> {
  const sagas: ListedSaga[] = [];
  let cursor = "";
  do {
    const { body } = await call(`${orchestrator.url}/sagas?limit=200${cursor}`, page);
    sagas.push(...body.items.map(({ saga_id, status }) => ({ saga_id, status })));
    cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
  } while (cursor !== "");
  return sagas;
}

/** What the round did to both services, without what prepared it. */
async function readLedgers({ storeManager, payments }: Stack) {
  const [store, paid] = await Promise.all([storeManager, payments].map(({ url }) => call(`${url}/control/ledger`, ledgerSchema)));
  return [...(store?.body.items ?? []), ...(paid?.body.items ?? [])].filter(({ route }) => route !== "POST /stocks");
}

function countTroubled(journalPath: string): number {
  const database = new DatabaseSync(journalPath, { readOnly: true });
  try {
    const count = database.prepare(`
      SELECT count(DISTINCT saga_id) AS troubled FROM record
      WHERE json_extract(event, '$.type') = 'resumed'
        OR json_extract(event, '$.outcome.outcome') IN ('unknown', 'unavailable')`);
    return Number(count.get()?.["troubled"]);
  } finally {
    database.close();
  }
}
