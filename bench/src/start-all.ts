import { setTimeout } from "node:timers/promises";
import { orders } from "./participants.ts";

export const STARTERS = 64;
const PAUSE_MS = 250;

/** Starts a number of sagas, and does not wait for their end. A start that is refused because too many are under way is sent again. */
export async function startAll(url: string, sagas: number, order: object = orders.succeeding.order): Promise<void> {
  let remaining = sagas;
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  const start = async () => {
    while (remaining > 0) {
      remaining -= 1;
      const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body: JSON.stringify(order) });
      const text = await response.text();
      if (response.status === 503 && text.includes('"overloaded"')) {
        remaining += 1;
        await setTimeout(PAUSE_MS);
        continue;
      }
      if (response.status !== 202) throw new Error(`A start was answered ${response.status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: STARTERS }, start));
}
