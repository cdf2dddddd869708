/** What a number of callers saw who each place one order after the other. */
export interface Load {
  readonly sagas: number;
  readonly seconds: number;
  /** How long each saga took, in milliseconds, shortest first. */
  readonly latencies: readonly number[];
}

export interface LoadOptions {
  readonly callers: number;
  readonly ms: number;
  readonly order: object;
  /** What every answer must be, so that nothing else is measured. */
  readonly status: number;
}

/** Lets so many callers place orders for so long. */
export async function load(url: string, { callers, ms, order, status }: LoadOptions): Promise<Load> {
  const body = JSON.stringify(order);
  const headers = { "content-type": "application/json" };
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + ms;
  const call = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body });
      const said = await response.text();
      if (response.status !== status) throw new Error(`An order was answered ${response.status}: ${said}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const seconds = (performance.now() - begin) / 1_000;
  return { sagas: latencies.length, seconds, latencies: latencies.toSorted((one, other) => one - other) };
}
