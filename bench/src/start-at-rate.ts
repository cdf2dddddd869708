import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { orders } from "./participants.ts";

/** How a number of starts was answered. */
export interface Answers {
  /** The ids of the sagas that were accepted. */
  readonly accepted: readonly string[];
  /** How long each refusal took, in milliseconds, shortest first. */
  readonly refusedMs: readonly number[];
}

export interface StartsOptions {
  readonly ms: number;
  /** Starts a second, whether earlier ones are answered or not. */
  readonly perSecond: number;
  /** The most starts that wait for their answer: beyond them no further one is sent. */
  readonly unansweredMax: number;
}

const TICK_MS = 5;

const accepted = z.object({ saga_id: z.string() });

/** Sends starts at a rate, without waiting for the ends of their sagas. A refused start is not repeated. */
export async function startAtRate(url: string, { ms, perSecond, unansweredMax }: StartsOptions): Promise<Answers> {
  const body = JSON.stringify(orders.succeeding.order);
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  const ids: string[] = [];
  const refusedMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const start = async () => {
    const sent = performance.now();
    const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    if (response.status === 202) ids.push(accepted.parse(answer).saga_id);
    else if (response.status === 503 && response.headers.has("retry-after")) refusedMs.push(performance.now() - sent);
    else throw new Error(`A start was answered ${response.status}: ${JSON.stringify(answer)}`);
  };
  const begin = performance.now();
  let sent = 0;
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - begin) {
    for (const due = (elapsed / 1_000) * perSecond; sent < due && underWay.size < unansweredMax; sent += 1) {
      const starting = start().finally(() => underWay.delete(starting));
      underWay.add(starting);
    }
    // What could not be sent in time is left out: the flood is as wide as it is deep.
    if (underWay.size >= unansweredMax) await Promise.race(underWay);
    else await setTimeout(TICK_MS);
  }
  await Promise.all(underWay);
  return { accepted: ids, refusedMs: refusedMs.toSorted((one, other) => one - other) };
}
