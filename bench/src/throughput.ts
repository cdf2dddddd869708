import { load } from "./load.ts";
import { at, geometricMean, median, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";
import type { Usage } from "./usage.ts";

/** So many ask at once. */
const CALLERS: readonly number[] = [1, 16, 64, 256];

/** What every contestant's process gets, so that nothing but their code differs. */
export const evenTerms = {
  /** The naive one and the saga by hand make as many calls at once as there are callers: nobody is compared with a limit that the others lack. */
  CALLS_IN_FLIGHT_MAX: String(Math.max(...CALLERS)),
  /** V8 shrinks the heap of a process that has been idle for eight seconds, which then is slower by a fifth to two fifths: waiting for its turn must not cost that. */
  DENO_V8_FLAGS: "--no-memory-reducer",
};

/** Something that takes orders. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** What it has used since it began, all of its processes together. */
  readonly usage: () => Usage;
}

/** The contestants' processes, from their start to their end. */
export interface Contest {
  readonly contestants: readonly Contestant[];
  /** The names of those that the others are compared with. */
  readonly baselines: readonly string[];
  readonly end: () => Promise<void>;
}

export interface ThroughputOptions {
  readonly participants: Participants;
  readonly begin: () => Promise<Contest>;
  /** How often all processes are started anew: two of the same code differ by a tenth. */
  readonly rounds: number;
  /** How often each takes its turn in a round. */
  readonly turns: number;
  readonly onProgress: (text: string) => void;
}

/** Until a process is as fast as it becomes: code that ran a few hundred times only is slower, and more code for longer. */
const WARM_UP_MS = 6_000;
const WARM_UP_CALLERS = 64;
/** Until it has met so many callers. */
const SETTLE_MS = 500;
const TURN_MS_MIN = 1_000;
/** So that each caller places more than one order in a turn. */
const TURN_MS_PER_CALLER = 16;

interface Measured {
  readonly sagasPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerThousand: number;
  readonly memoryMb: number;
}

type Kind = keyof typeof orders;

const KINDS: readonly Kind[] = ["succeeding", "failing"];

interface Load {
  readonly kind: Kind;
  readonly callers: number;
}

const LOADS: readonly Load[] = KINDS.flatMap((kind) => CALLERS.map((callers) => ({ kind, callers })));

/** What was seen of each contestant under one load, turn by turn. */
type Seen = Map<string, Measured[]>;

/** The contestants in turns: all meet the same moods of the machine. */
export async function measureThroughput(options: ThroughputOptions): Promise<string> {
  const all = new Map<Load, Seen>(LOADS.map((under) => [under, new Map()]));
  let baselines: readonly string[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const { contestants, end, ...contest } = await options.begin();
    baselines = contest.baselines;
    try {
      options.onProgress(`round ${round} of ${options.rounds}: warming up`);
      await warmUp(options.participants, contestants);
      for (const [under, seen] of all) {
        options.onProgress(`round ${round} of ${options.rounds}: ${under.kind} orders, ${under.callers} callers`);
        await takeTurns(options, contestants, under, seen);
      }
    } finally {
      await end();
    }
  }
  return `${everyLoad(all, baselines)}\nOver all loads, geometric means:\n\n${overall(all, baselines)}`;
}

function everyLoad(all: ReadonlyMap<Load, Seen>, baselines: readonly string[]): string {
  const rows = [...all].flatMap(([{ kind, callers }, seen]) =>
    [...seen].map(([name, measured]) => {
      const ratios = baselines.map((baseline) => (baseline === name ? "" : round(ratioTo(baseline, name, seen).sagas, 2)));
      return [kind, String(callers), name, ...cells(medians(measured)), ...ratios];
    }),
  );
  const columns = ["orders", "callers", "", "sagas/s", "p50 ms", "p99 ms", "CPU s/1000", "MB"];
  return table([...columns, ...baselines.map((baseline) => `to ${baseline}`)], rows);
}

function overall(all: ReadonlyMap<Load, Seen>, baselines: readonly string[]): string {
  const loads = [...all.values()];
  const rows = [...(loads[0]?.keys() ?? [])].flatMap((name) =>
    baselines
      .filter((baseline) => baseline !== name)
      .map((baseline) => {
        const ratios = loads.map((seen) => ratioTo(baseline, name, seen));
        const sagas = ratios.map((ratio) => ratio.sagas);
        const cpu = ratios.map((ratio) => ratio.cpu);
        const figures = [geometricMean(sagas), Math.min(...sagas), geometricMean(cpu), Math.max(...cpu)];
        return [name, `to ${baseline}`, ...figures.map((figure) => round(figure, 2))];
      }),
  );
  return table(["", "", "sagas/s", "least", "CPU", "most"], rows);
}

/** How one compares with another that had its turn just before or after: the machine's speed changes within minutes. */
function ratioTo(baseline: string, name: string, seen: Seen): { readonly sagas: number; readonly cpu: number } {
  const base = seen.get(baseline) ?? [];
  const pairs = (seen.get(name) ?? []).flatMap((measured, turn) => {
    const other = base[turn];
    return other ? [{ measured, other }] : [];
  });
  return {
    sagas: median(pairs.map(({ measured, other }) => measured.sagasPerSecond / other.sagasPerSecond)),
    cpu: median(pairs.map(({ measured, other }) => measured.cpuPerThousand / other.cpuPerThousand)),
  };
}

async function warmUp(participants: Participants, contestants: readonly Contestant[]): Promise<void> {
  for (const kind of KINDS) {
    for (const contestant of contestants) {
      await participants.reset();
      await measureOnce(contestant, kind, { callers: WARM_UP_CALLERS, ms: WARM_UP_MS });
    }
  }
}

async function takeTurns(
  { participants, turns }: ThroughputOptions,
  contestants: readonly Contestant[],
  { kind, callers }: Load,
  seen: Seen,
): Promise<void> {
  const turnMs = Math.max(TURN_MS_MIN, callers * TURN_MS_PER_CALLER);
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const contestant of contestants) {
      const { name } = contestant;
      await participants.reset();
      const measured = await measureOnce(contestant, kind, { callers, ms: turn === 0 ? SETTLE_MS : turnMs });
      if (turn > 0) seen.set(name, [...(seen.get(name) ?? []), measured]);
    }
  }
}

function cells({ sagasPerSecond, p50, p99, cpuPerThousand, memoryMb }: Measured): readonly string[] {
  return [round(sagasPerSecond), round(p50, 1), round(p99, 1), round(cpuPerThousand, 2), round(memoryMb)];
}

async function measureOnce(
  { url, usage }: Contestant,
  kind: Kind,
  { callers, ms }: { readonly callers: number; readonly ms: number },
): Promise<Measured> {
  const before = usage();
  const { sagas, seconds, latencies } = await load(url, { callers, ms, ...orders[kind] });
  const { cpuSeconds, memoryMb } = usage();
  return {
    sagasPerSecond: sagas / seconds,
    p50: at(latencies, 0.5),
    p99: at(latencies, 0.99),
    cpuPerThousand: ((cpuSeconds - before.cpuSeconds) / sagas) * 1_000,
    memoryMb,
  };
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
