import { setTimeout } from "node:timers/promises";

export interface RateOptions {
  readonly ms: number;
  /** Requests a second, whether earlier ones are answered or not. */
  readonly perSecond: number;
  /** The most requests that wait for their answer: beyond them no further one is sent. */
  readonly unansweredMax: number;
}

const TICK_MS = 5;

/** Sends requests at a rate, and resolves when the last one is answered. */
export async function atRate(send: () => Promise<void>, { ms, perSecond, unansweredMax }: RateOptions): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const begin = performance.now();
  let sent = 0;
  for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - begin) {
    for (const due = (elapsed / 1_000) * perSecond; sent < due && underWay.size < unansweredMax; sent += 1) {
      const sending = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    // What could not be sent in time is left out: the flood is as wide as it is deep.
    if (underWay.size >= unansweredMax) await Promise.race(underWay);
    else await setTimeout(TICK_MS);
  }
  await Promise.all(underWay);
}
