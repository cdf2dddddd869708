import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { readLedgers } from "../kill/read-books.ts";
import { type Books, requestedEvents } from "./books.ts";
import type { Target } from "./target.ts";

const listed = z.object({
  items: z.array(z.looseObject({ saga_id: z.string(), definition: z.string(), status: z.string() })),
  next_cursor: z.string().nullable(),
});

const events = z.object({ items: z.array(z.looseObject({ type: z.string() })), next_after: z.int().nullable() });

type Listed = z.output<typeof listed>["items"][number];

const READERS = 8;
const SETTLE_POLLS = 600;
const POLL_MS = 100;

const SHOWN_LENGTH = 1_000;

/** What is not as the replies said. */
export interface Audit {
  readonly sagas: number;
  readonly effects: number;
  readonly faults: readonly string[];
}

/** Waits until no saga is under way. */
export async function settle(target: Target): Promise<readonly string[]> {
  for (const definition of ["order", "order-paid-later"])
    await target.ask(`/definitions/${definition}/resume`, { method: "POST" });
  for (let poll = 0; poll < SETTLE_POLLS; poll += 1) {
    const { items } = listed.parse(await target.ask("/sagas?status=running&limit=1"));
    if (items.length === 0) return [];
    await setTimeout(POLL_MS);
  }
  return ["sagas are under way and do not end"];
}

/** Compares the sagas, their histories and the effects at both services with what the replies said. */
export async function audit(target: Target, books: Books): Promise<Audit> {
  const sagas = await list(target);
  const there = new Set(sagas.map(({ saga_id }) => saga_id));
  const histories = await readHistories(target, sagas);
  const ledger = await readLedgers(target.mockUrls);
  const effects = new Map<string, string[]>();
  for (const { route, key } of ledger) {
    const [, saga = `${route} without the key of a saga`, made = ""] =
      /^"?([0-9a-f-]{36})\/([\w-]+\/\w+)"?$/.exec(key ?? "") ?? [];
    effects.set(saga, [...(effects.get(saga) ?? []), made]);
  }
  return {
    sagas: sagas.length,
    effects: ledger.length,
    faults: [
      ...sagas
        .filter(({ saga_id }) => !books.isTold(saga_id))
        .map((saga) => `a saga is there, and no reply told of it: ${JSON.stringify(saga).slice(0, SHOWN_LENGTH)}`),
      ...books.sagas.filter((id) => !there.has(id)).map((id) => `a reply told of saga ${id}, which is not there`),
      ...[...effects.keys()].filter((id) => !there.has(id)).map((id) => `there are effects of ${id}`),
      ...histories.flatMap(([id, types]) => unrequested(id, types, books)),
      ...sagas
        .filter(({ saga_id }) => books.accepted(saga_id, "resolved") === 0)
        .flatMap((saga) => contradictions(saga, effects.get(saga.saga_id) ?? [])),
    ],
  };
}

/** The events that are recorded for requests that nobody was told were accepted. */
function unrequested(id: string, types: readonly string[], books: Books): readonly string[] {
  return [...requestedEvents].flatMap((type) => {
    const recorded = types.filter((each) => each === type).length;
    const accepted = books.accepted(id, type);
    return recorded > accepted ? [`saga ${id} has ${recorded} ${type}, and ${accepted} requests for that were accepted`] : [];
  });
}

/** All effects of a saga stand when it is completed, and none when it is cancelled, but for a payment that nobody paid. */
function contradictions({ saga_id, status }: Listed, made: readonly string[]): readonly string[] {
  const twice = made.filter((each, at) => made.indexOf(each) !== at).map((each) => `saga ${saga_id}: ${each} took effect twice`);
  const standing = made.filter((each) => each.endsWith("/run") && !made.includes(each.replace("/run", "/rollback")));
  const remains = standing.filter((each) => !each.startsWith("open-payment/"));
  if (status === "cancelled" && remains.length > 0)
    return [...twice, `saga ${saga_id} is cancelled, and ${remains.join()} stands`];
  if (status === "completed" && standing.length !== 3)
    return [...twice, `saga ${saga_id} is completed, and ${standing.join()} stands`];
  return twice;
}

async function list(target: Target): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: z.output<typeof listed> = listed.parse(
      await target.ask(`/sagas?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`),
    );
    all.push(...page.items);
    cursor = page.next_cursor;
  }
  return all;
}

async function readHistories(
  target: Target,
  sagas: readonly Listed[],
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const waiting = [...sagas];
  const read: (readonly [string, readonly string[]])[] = [];
  const reader = async () => {
    for (let saga = waiting.pop(); saga !== undefined; saga = waiting.pop())
      read.push([saga.saga_id, await readHistory(target, saga.saga_id)]);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return read;
}

async function readHistory(target: Target, id: string): Promise<readonly string[]> {
  const types: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: z.output<typeof events> = events.parse(await target.ask(`/sagas/${id}/events?limit=200&after=${after}`));
    types.push(...page.items.map(({ type }) => type));
    after = page.next_after;
  }
  return types;
}
