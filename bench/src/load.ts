/** The result of a number of callers that place one order after the other. */
export interface Load {
  readonly sagas: number;
  readonly seconds: number;
  /** Duration of each saga in milliseconds, shortest first. */
  readonly latencies: readonly number[];
}

export interface LoadOptions {
  readonly callers: number;
  readonly ms: number;
  readonly order: object;
  /** The status that every reply must have. */
  readonly status: number;
  /** Headers of every order. Default: the Content-Type alone. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Lets a number of callers place orders for `ms` milliseconds. */
export async function load(url: string, { callers, ms, order, status, headers: more = {} }: LoadOptions): Promise<Load> {
  const body = JSON.stringify(order);
  const headers = { "content-type": "application/json", ...more };
  const latencies: number[] = [];
  const begin = performance.now();
  const end = begin + ms;
  const call = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const response = await fetch(`${url}/saga/order`, { method: "POST", headers, body });
      const text = await response.text();
      if (response.status !== status) throw new Error(`An order was answered ${response.status}: ${text}`);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const seconds = (performance.now() - begin) / 1_000;
  return { sagas: latencies.length, seconds, latencies: latencies.toSorted((one, other) => one - other) };
}
