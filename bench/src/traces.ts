import { join } from "node:path";
import type { CheapParticipants } from "./cheap-participants.ts";
import { Child } from "./child.ts";
import { load } from "./load.ts";
import { median, round, spread, table } from "./numbers.ts";
import { orders } from "./participants.ts";
import { evenTerms } from "./throughput.ts";

export interface TracesOptions {
  readonly directory: string;
  readonly cheap: CheapParticipants;
  /** How often the orchestrators take turns. */
  readonly turns: number;
  /** How long one of them is measured in a turn. */
  readonly ms: number;
  readonly onProgress: (text: string) => void;
}

const CALLERS = 64;
const WARM_UP_MS = 6_000;

/** What each orchestrator traces. */
const samplers = {
  nothing: undefined,
  "one in ten": { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
  everything: { OTEL_TRACES_SAMPLER: "parentbased_always_on" },
} as const;

type Traced = keyof typeof samplers;

/** Measures what traces cost: three orchestrators place the same orders in turns, and export to a receiver that reads nothing of what it gets. */
export async function measureTraces({ directory, cheap, turns, ms, onProgress }: TracesOptions): Promise<string> {
  const receiver = await Child.start("bench/src/otlp-sink-process.ts", {});
  const orchestrators: { readonly traced: Traced; readonly child: Child; readonly perSecond: number[] }[] = [];
  try {
    for (const traced of ["nothing", "one in ten", "everything"] as const) {
      const exporter = samplers[traced] && { ...exportTo(receiver.url), ...samplers[traced] };
      const journal = { JOURNAL_PATH: join(directory, `traces-${traced.replaceAll(" ", "-")}.sqlite`) };
      const variables = { LOG_LEVEL: "error", ...cheap.variables, ...evenTerms, ...journal, ...exporter };
      orchestrators.push({ traced, child: await Child.orchestrator(variables), perSecond: [] });
    }
    onProgress("warming up");
    for (const { child } of orchestrators) await place(child, WARM_UP_MS);
    for (let turn = 1; turn <= turns; turn += 1) {
      onProgress(`turn ${turn} of ${turns}`);
      for (const { child, perSecond } of orchestrators) perSecond.push(await place(child, ms));
    }
    return shown(orchestrators);
  } finally {
    for (const { child } of orchestrators) await child.stop();
    await receiver.stop();
  }
}

function exportTo(url: string): Readonly<Record<string, string>> {
  return { OTEL_DENO: "true", OTEL_DENO_CONSOLE: "ignore", OTEL_DENO_METRICS: "false", OTEL_EXPORTER_OTLP_ENDPOINT: url };
}

/** Gives how many sagas end in a second. */
async function place({ url }: Child, ms: number): Promise<number> {
  const { sagas, seconds } = await load(url, { callers: CALLERS, ms, ...orders.succeeding });
  return sagas / seconds;
}

function shown(orchestrators: readonly { readonly traced: Traced; readonly perSecond: readonly number[] }[]): string {
  const untraced = orchestrators[0]?.perSecond ?? [];
  const rows = orchestrators.map(({ traced, perSecond }, index) => {
    const ratios = perSecond.map((figure, turn) => figure / (untraced[turn] ?? Number.NaN));
    const [low, high] = spread(ratios);
    const ratio = index === 0 ? "" : `${round(median(ratios), 2)} (${round(low, 2)} to ${round(high, 2)})`;
    return [traced, round(median(perSecond)), ratio];
  });
  return table(["traced", "sagas/s", "to nothing traced"], rows);
}
