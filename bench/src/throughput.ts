import type { Child } from "./child.ts";
import { load } from "./load.ts";
import { at, median, round, table } from "./numbers.ts";
import { orders, type Participants } from "./participants.ts";

export interface ThroughputOptions {
  readonly participants: Participants;
  readonly naive: Child;
  readonly durable: Child;
  readonly callers: readonly number[];
  readonly repeats: number;
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

/** Until both are as fast as they become. */
const WARM_UP_MS = 2_000;

interface Measured {
  readonly sagasPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerThousand: number;
  readonly memoryMb: number;
}

/** The durable orchestrator and the naive one, in turns: both meet the same moods of the machine. */
export async function measureThroughput(options: ThroughputOptions): Promise<string> {
  const rows: string[][] = [];
  for (const kind of ["succeeding", "failing"] as const) {
    for (const callers of options.callers) {
      options.onProgress(`${kind} orders, ${callers} callers`);
      const { naive, durable, ratio } = await measureBoth(options, kind, callers);
      rows.push([kind, String(callers), "naive", ...cells(naive), ""]);
      rows.push([kind, String(callers), "durable", ...cells(durable), round(ratio, 2)]);
    }
  }
  return table(["orders", "callers", "", "sagas/s", "p50 ms", "p99 ms", "CPU s/1000", "MB", "ratio"], rows);
}

function cells({ sagasPerSecond, p50, p99, cpuPerThousand, memoryMb }: Measured): readonly string[] {
  return [round(sagasPerSecond), round(p50, 1), round(p99, 1), round(cpuPerThousand, 2), round(memoryMb)];
}

async function measureBoth(
  { participants, naive, durable, repeats, ms }: ThroughputOptions,
  kind: keyof typeof orders,
  callers: number,
): Promise<{ readonly naive: Measured; readonly durable: Measured; readonly ratio: number }> {
  const measured: Record<"naive" | "durable", Measured[]> = { naive: [], durable: [] };
  // The first time is for warming up.
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [name, child] of [
      ["naive", naive],
      ["durable", durable],
    ] as const) {
      await participants.reset();
      const seen = await measureOnce(child, kind, { callers, ms: repeat === 0 ? WARM_UP_MS : ms });
      if (repeat > 0) measured[name].push(seen);
    }
  }
  // Of two that followed one another: a machine whose speed changes within minutes then says little about it.
  const ratios = measured.durable.map(
    ({ sagasPerSecond }, turn) => sagasPerSecond / (measured.naive[turn]?.sagasPerSecond ?? Number.NaN),
  );
  return { naive: medians(measured.naive), durable: medians(measured.durable), ratio: median(ratios) };
}

async function measureOnce(
  child: Child,
  kind: keyof typeof orders,
  { callers, ms }: { readonly callers: number; readonly ms: number },
): Promise<Measured> {
  const before = child.usage;
  const { sagas, seconds, latencies } = await load(child.url, { callers, ms, ...orders[kind] });
  const { cpuSeconds, memoryMb } = child.usage;
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
