import { load } from "./load.ts";
import { at, median, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";
import type { Usage } from "./usage.ts";

/** Something that takes orders. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** What it has used since it began, all of its processes together. */
  readonly usage: () => Usage;
}

export interface ThroughputOptions {
  readonly participants: Participants;
  /** The first one is what the others are compared with. */
  readonly contestants: readonly Contestant[];
  readonly callers: readonly number[];
  readonly repeats: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

/** Until all are as fast as they become. */
const WARM_UP_MS = 2_000;

interface Measured {
  readonly sagasPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerThousand: number;
  readonly memoryMb: number;
}

/** The contestants in turns: all meet the same moods of the machine. */
export async function measureThroughput(options: ThroughputOptions): Promise<string> {
  const rows: string[][] = [];
  for (const kind of ["succeeding", "failing"] as const) {
    for (const callers of options.callers) {
      options.onProgress(`${kind} orders, ${callers} callers`);
      for (const { name, measured, ratio } of await measureAll(options, kind, callers)) {
        rows.push([kind, String(callers), name, ...cells(measured), ratio === undefined ? "" : round(ratio, 2)]);
      }
    }
  }
  return table(["orders", "callers", "", "sagas/s", "p50 ms", "p99 ms", "CPU s/1000", "MB", "ratio"], rows);
}

function cells({ sagasPerSecond, p50, p99, cpuPerThousand, memoryMb }: Measured): readonly string[] {
  return [round(sagasPerSecond), round(p50, 1), round(p99, 1), round(cpuPerThousand, 2), round(memoryMb)];
}

interface Turns {
  readonly contestant: Contestant;
  readonly seen: Measured[];
}

async function measureAll(
  { participants, contestants, repeats, ms }: ThroughputOptions,
  kind: keyof typeof orders,
  callers: number,
) {
  const turns: readonly Turns[] = contestants.map((contestant) => ({ contestant, seen: [] }));
  // The first time is for warming up.
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const { contestant, seen } of turns) {
      await participants.reset();
      const measured = await measureOnce(contestant, kind, { callers, ms: repeat === 0 ? WARM_UP_MS : ms });
      if (repeat > 0) seen.push(measured);
    }
  }
  const base = turns[0]?.seen ?? [];
  return turns.map(({ contestant: { name }, seen }, index) => {
    // Of two that followed one another: a machine whose speed changes within minutes then says little about it.
    const ratios = seen.map(({ sagasPerSecond }, turn) => sagasPerSecond / (base[turn]?.sagasPerSecond ?? Number.NaN));
    return { name, measured: medians(seen), ratio: index === 0 ? undefined : median(ratios) };
  });
}

async function measureOnce(
  { url, usage }: Contestant,
  kind: keyof typeof orders,
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
