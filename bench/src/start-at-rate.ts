import { z } from "zod";
import { atRate, type RateOptions } from "./at-rate.ts";
import { orders } from "./participants.ts";

/** How a number of starts was answered. */
export interface Answers {
  /** The ids of the sagas that were accepted. */
  readonly accepted: readonly string[];
  /** How long each refusal took, in milliseconds, shortest first. */
  readonly refusedMs: readonly number[];
}

const accepted = z.object({ saga_id: z.string() });

/** Sends starts at a rate, without waiting for the ends of their sagas. A refused start is not repeated. */
export async function startAtRate(url: string, options: RateOptions): Promise<Answers> {
  const body = JSON.stringify(orders.succeeding.order);
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  const ids: string[] = [];
  const refusedMs: number[] = [];
  const start = async () => {
    const sent = performance.now();
    const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body });
    const answer: unknown = await response.json();
    if (response.status === 202) ids.push(accepted.parse(answer).saga_id);
    else if (response.status === 503 && response.headers.has("retry-after")) refusedMs.push(performance.now() - sent);
    else throw new Error(`A start was answered ${response.status}: ${JSON.stringify(answer)}`);
  };
  await atRate(start, options);
  return { accepted: ids, refusedMs: refusedMs.toSorted((one, other) => one - other) };
}
