import { orders } from "./participants.ts";

export const STARTERS = 64;

/** Starts so many sagas, and waits for none. */
export async function startAll(url: string, sagas: number, order: object = orders.succeeding.order): Promise<void> {
  let left = sagas;
  const headers = { "content-type": "application/json", prefer: "respond-async" };
  const start = async () => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body: JSON.stringify(order) });
      await response.text();
      if (response.status !== 202) throw new Error(`A start was answered ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: STARTERS }, start));
}
