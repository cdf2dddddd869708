import { join } from "node:path";
import type { CheapParticipants } from "./cheap-participants.ts";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { median, round, spread, table } from "./numbers.ts";
import { orders } from "./participants.ts";
import { evenTerms } from "./throughput.ts";
import { hasWrk, loadWithWrk } from "./wrk.ts";

export interface WatchingOptions {
  readonly directory: string;
  readonly cheap: CheapParticipants;
  /** How often each of the two takes its turn. */
  readonly turns: number;
  /** How long a turn is, in milliseconds. */
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS = 64;
const WARM_UP_MS = 6_000;
/** As a Prometheus that is in a hurry scrapes. */
const SCRAPE_MS = 1_000;

const off = { METRICS: "false", LOG_LEVEL: "error" };
const on = { METRICS: "true", LOG_LEVEL: "info" };

/** The same orchestrator with metrics and a line of log for each saga, scraped every second, and with neither: in turns. */
export async function measureWatching({ directory, cheap, turns, ms, onProgress }: WatchingOptions): Promise<string> {
  const start = (name: string, variables: Readonly<Record<string, string>>) =>
    Child.orchestrator({ ...cheap.variables, ...evenTerms, ...variables, JOURNAL_PATH: join(directory, `${name}.sqlite`) });
  const unwatched = await start("unwatched", off);
  const watched = await start("watched", on);
  const scraping = setInterval(() => void scrape(watched.url), SCRAPE_MS);
  try {
    onProgress("warming up");
    for (const child of [unwatched, watched]) await takeTurn(child, directory, WARM_UP_MS);
    const pairs: Pair[] = [];
    for (let turn = 1; turn <= turns; turn += 1) {
      onProgress(`turn ${turn} of ${turns}`);
      // Who is first changes from turn to turn.
      const first = turn % 2 === 0 ? watched : unwatched;
      const second = first === watched ? unwatched : watched;
      const [one, other] = [await takeTurn(first, directory, ms), await takeTurn(second, directory, ms)];
      pairs.push(first === watched ? { on: one, off: other } : { on: other, off: one });
    }
    return report(pairs);
  } finally {
    clearInterval(scraping);
    await Promise.all([unwatched.stop(), watched.stop()]);
  }
}

async function scrape(url: string): Promise<void> {
  await fetch(`${url}/metrics`)
    .then((reply) => reply.text())
    .catch(() => undefined);
}

interface Turn {
  readonly sagasPerSecond: number;
  /** Processor time of the process, in seconds for a thousand sagas: other work on the machine changes it less. */
  readonly cpuPerThousand: number;
}

interface Pair {
  readonly off: Turn;
  readonly on: Turn;
}

async function takeTurn(child: Child, directory: string, ms: number): Promise<Turn> {
  const options = { callers: CALLERS, ms, ...orders.succeeding };
  const before = child.usage.cpuSeconds;
  const { sagas, seconds } = hasWrk ? await loadWithWrk(child.url, directory, options) : await load(child.url, options);
  return { sagasPerSecond: sagas / seconds, cpuPerThousand: ((child.usage.cpuSeconds - before) / sagas) * 1_000 };
}

function report(pairs: readonly Pair[]): string {
  const lines = [["sagas/s", "sagasPerSecond", 0] as const, ["CPU s/1000", "cpuPerThousand", 2] as const];
  const rows = lines.map(([name, figure, digits]) => {
    const ratios = pairs.map((pair) => pair.on[figure] / pair.off[figure]);
    const [low, high] = spread(ratios);
    const medians = (["off", "on"] as const).map((which) => round(median(pairs.map((pair) => pair[which][figure])), digits));
    return [name, ...medians, `${round(median(ratios), 2)} (${round(low, 2)} to ${round(high, 2)})`];
  });
  return `${CALLERS} callers, ${pairs.length} turns\n\n${table(["", "off", "on", "on to off"], rows)}`;
}
