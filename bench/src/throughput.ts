import { type Load, load } from "./load.ts";
import { at, geometricMean, median, round, spread, table } from "./numbers.ts";
import { orders } from "./participants.ts";
import type { Usage } from "./usage.ts";
import { hasWrk, type LoadResult, loadWithWrk } from "./wrk.ts";

/** Numbers of callers that place orders at the same time. */
const CALLERS: readonly number[] = [1, 16, 64, 256];

/** The variables of every contestant's process, so that only their code differs. */
export const evenTerms = {
  /** The sagas by hand make as many calls at once as there are callers: no contestant has a lower limit. */
  CALLS_IN_FLIGHT_MAX: String(Math.max(...CALLERS)),
  /** V8 shrinks the heap of a process that was idle for eight seconds, and makes it slower by a fifth to two fifths. Contestants are idle between heats. */
  DENO_V8_FLAGS: "--no-memory-reducer",
};

/** A service that accepts orders. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** Gives what all of its processes together have used since their start. */
  readonly usage: () => Usage;
}

/** The running processes of all contestants. */
export interface Contest {
  readonly contestants: readonly Contestant[];
  /** The names of the contestants that the others are compared with. */
  readonly baselines: readonly string[];
  readonly stop: () => Promise<void>;
}

export interface ThroughputOptions {
  /** For files of the measurement. */
  readonly directory: string;
  readonly start: () => Promise<Contest>;
  /** How often all processes are started: two processes with the same code differ by a tenth. */
  readonly rounds: number;
  /** How often each contestant is measured in a round. */
  readonly heats: number;
  readonly onProgress: (text: string) => void;
}

/** Time until a process has its full speed: code that ran a few hundred times is slower, and more code stays slower for longer. */
const WARM_UP_MS = 6_000;
const WARM_UP_CALLERS = 64;
/** Time until a process has adapted to a number of callers. */
const SETTLE_MS = 500;
const HEAT_MS_MIN = 1_000;
/** Long enough for each caller to place more than one order. */
const HEAT_MS_PER_CALLER = 16;

interface Measured {
  readonly sagasPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerThousand: number;
  readonly memoryMb: number;
}

type Kind = keyof typeof orders;

const KINDS: readonly Kind[] = ["succeeding", "failing"];

interface OrderLoad {
  readonly kind: Kind;
  readonly callers: number;
}

const LOADS: readonly OrderLoad[] = KINDS.flatMap((kind) => CALLERS.map((callers) => ({ kind, callers })));

/** The measurements of each contestant under one load, one for each heat. */
type Measurements = Map<string, Measured[]>;

/** Measures the contestants one right after the other, so that changes of the machine's speed meet all of them. */
export async function measureThroughput(options: ThroughputOptions): Promise<string> {
  const all = new Map<OrderLoad, Measurements>(LOADS.map((under) => [under, new Map()]));
  let baselines: readonly string[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const { contestants, stop, ...contest } = await options.start();
    baselines = contest.baselines;
    try {
      options.onProgress(`round ${round} of ${options.rounds}: warming up`);
      await warmUp(options, contestants);
      for (const [under, measurements] of all) {
        options.onProgress(`round ${round} of ${options.rounds}: ${under.kind} orders, ${under.callers} callers`);
        await runHeats(options, contestants, under, measurements);
      }
    } finally {
      await stop();
    }
  }
  const callers = hasWrk ? "wrk" : "JavaScript (install wrk for cheaper ones)";
  return `Callers: ${callers}\n\n${everyLoad(all, baselines)}\nOver all loads, geometric means:\n\n${overall(all, baselines)}`;
}

function everyLoad(all: ReadonlyMap<OrderLoad, Measurements>, baselines: readonly string[]): string {
  const rows = [...all].flatMap(([{ kind, callers }, measurements]) =>
    [...measurements].map(([name, measured]) => {
      const ratios = baselines.flatMap((baseline) => (baseline === name ? ["", ""] : ratioCells(baseline, name, measurements)));
      return [kind, String(callers), name, ...cells(medians(measured)), ...ratios];
    }),
  );
  const columns = ["orders", "callers", "", "sagas/s", "p50 ms", "p99 ms", "CPU s/1000", "MB"];
  return table([...columns, ...baselines.flatMap((baseline) => [`to ${baseline}`, "its CPU"])], rows);
}

function overall(all: ReadonlyMap<OrderLoad, Measurements>, baselines: readonly string[]): string {
  const loads = [...all.values()];
  const rows = [...(loads[0]?.keys() ?? [])].flatMap((name) =>
    baselines
      .filter((baseline) => baseline !== name)
      .map((baseline) => {
        const ratios = loads.map((measurements) => ratiosTo(baseline, name, measurements));
        const sagas = ratios.map((ratio) => median(ratio.sagas));
        const cpu = ratios.map((ratio) => median(ratio.cpu));
        const figures = [geometricMean(sagas), Math.min(...sagas), geometricMean(cpu), Math.max(...cpu)];
        return [name, `to ${baseline}`, ...figures.map((figure) => round(figure, 2))];
      }),
  );
  return table(["", "", "sagas/s", "least", "CPU", "most"], rows);
}

/** The median of a ratio, and the middle half of its turns. */
function ratioCells(baseline: string, name: string, measurements: Measurements): readonly string[] {
  const { sagas, cpu } = ratiosTo(baseline, name, measurements);
  const [low, high] = spread(sagas);
  return [`${round(median(sagas), 2)} (${round(low, 2)} to ${round(high, 2)})`, round(median(cpu), 2)];
}

interface Ratios {
  readonly sagas: readonly number[];
  readonly cpu: readonly number[];
}

/** Compares two contestants heat by heat: the machine's speed changes within minutes. */
function ratiosTo(baseline: string, name: string, measurements: Measurements): Ratios {
  const base = measurements.get(baseline) ?? [];
  const pairs = (measurements.get(name) ?? []).flatMap((measured, heat) => {
    const other = base[heat];
    return other ? [{ measured, other }] : [];
  });
  return {
    sagas: pairs.map(({ measured, other }) => measured.sagasPerSecond / other.sagasPerSecond),
    cpu: pairs.map(({ measured, other }) => measured.cpuPerThousand / other.cpuPerThousand),
  };
}

async function warmUp({ directory }: ThroughputOptions, contestants: readonly Contestant[]): Promise<void> {
  for (const kind of KINDS) {
    for (const contestant of contestants) {
      await measureOnce(contestant, kind, { directory, callers: WARM_UP_CALLERS, ms: WARM_UP_MS });
    }
  }
}

async function runHeats(
  { directory, heats }: ThroughputOptions,
  contestants: readonly Contestant[],
  { kind, callers }: OrderLoad,
  measurements: Measurements,
): Promise<void> {
  const heatMs = Math.max(HEAT_MS_MIN, callers * HEAT_MS_PER_CALLER);
  for (let heat = 0; heat <= heats; heat += 1) {
    for (const contestant of contestants) {
      const { name } = contestant;
      const measured = await measureOnce(contestant, kind, { directory, callers, ms: heat === 0 ? SETTLE_MS : heatMs });
      if (heat > 0) measurements.set(name, [...(measurements.get(name) ?? []), measured]);
    }
  }
}

function cells({ sagasPerSecond, p50, p99, cpuPerThousand, memoryMb }: Measured): readonly string[] {
  return [round(sagasPerSecond), round(p50, 1), round(p99, 1), round(cpuPerThousand, 2), round(memoryMb)];
}

interface Heat {
  readonly directory: string;
  readonly callers: number;
  readonly ms: number;
}

async function measureOnce({ url, usage }: Contestant, kind: Kind, { directory, ...heat }: Heat): Promise<Measured> {
  const before = usage();
  const options = { ...heat, ...orders[kind] };
  const { sagas, seconds, p50, p99 } = hasWrk
    ? await loadWithWrk(url, directory, options)
    : percentiles(await load(url, options));
  const { cpuSeconds, memoryMb } = usage();
  return {
    sagasPerSecond: sagas / seconds,
    p50,
    p99,
    cpuPerThousand: ((cpuSeconds - before.cpuSeconds) / sagas) * 1_000,
    memoryMb,
  };
}

function percentiles({ sagas, seconds, latencies }: Load): LoadResult {
  return { sagas, seconds, p50: at(latencies, 0.5), p99: at(latencies, 0.99) };
}

function medians(all: readonly Measured[]): Measured {
  const of = (figure: keyof Measured) => median(all.map((measured) => measured[figure]));
  return {
    sagasPerSecond: of("sagasPerSecond"),
    p50: of("p50"),
    p99: of("p99"),
    cpuPerThousand: of("cpuPerThousand"),
    memoryMb: of("memoryMb"),
  };
}
