import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { runProcess } from "service-kit";
import { measureAuthentication } from "./authentication.ts";
import { CheapParticipants } from "./cheap-participants.ts";
import { Child } from "./child.ts";
import { measureBesideEnded } from "./ended.ts";
import { measureGrowth } from "./growth.ts";
import { measureOverload } from "./overload.ts";
import { Participants } from "./participants.ts";
import { measureRecovery, measureRollbacks } from "./recovery.ts";
import { measureRestateList, startOnRestate } from "./restate.ts";
import { measureSearches } from "./searches.ts";
import { measureSignals } from "./signals.ts";
import { measureStreams } from "./streams.ts";
import { type Contest, evenTerms, measureThroughput } from "./throughput.ts";
import { measureTraces } from "./traces.ts";
import { measureWaiting } from "./waiting.ts";
import { measureWatching } from "./watching.ts";

const PARTS = [
  "throughput",
  "closing",
  "authentication",
  "recovery",
  "rollbacks",
  "waiting",
  "signals",
  "overload",
  "ended",
  "streams",
  "searches",
  "traces",
  "restate",
  "restate-list",
  "growth",
  "watching",
] as const;

const USAGE = `Compares the orchestrator with one that is written by hand, and the engine on Restate with a saga that is written there by hand.

  pnpm bench [--only ${PARTS.join("|")}] [--quick]

Every figure is a median. Every ratio compares two that were measured one right after the other. Nothing is asserted.
`;

await runProcess(async () => {
  const { values } = parseArgs({
    options: { only: { type: "string" }, quick: { type: "boolean", default: false }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return undefined;
  }
  const parts = PARTS.filter((part) => values.only === undefined || values.only === part);
  if (parts.length === 0) {
    process.stderr.write(`--only must be one of: ${PARTS.join(", ")}. Example: --only throughput\n`);
    process.exit(2);
  }
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  const participants = await Participants.start();
  const scale = values.quick
    ? {
        rounds: 1,
        heats: 1,
        repeats: 1,
        turns: 3,
        ms: 1_000,
        inFlight: 500,
        ended: 10_000,
        waiting: 5_000,
        searched: 20_000,
        onRestate: 1_000,
        floodMs: 2_000,
        steadyMs: 60_000,
      }
    : {
        rounds: 5,
        heats: 2,
        repeats: 5,
        turns: 9,
        ms: 3_000,
        inFlight: 10_000,
        ended: 1_000_000,
        waiting: 100_000,
        searched: 200_000,
        onRestate: 20_000,
        floodMs: 5_000,
        steadyMs: 3_600_000,
      };
  try {
    for (const part of parts) process.stdout.write(`\n${part}\n\n${await measure(part, { participants, directory, ...scale })}`);
  } finally {
    await participants.child.stop();
    rmSync(directory, { recursive: true });
  }
  return undefined;
});

interface Scale {
  readonly participants: Participants;
  readonly directory: string;
  /** For throughput: how often all processes are started, and how often each is measured then. */
  readonly rounds: number;
  readonly heats: number;
  readonly repeats: number;
  /** How often a signal and a start take turns, the ways to authenticate, and orchestrators with and without traces. */
  readonly turns: number;
  readonly ms: number;
  readonly inFlight: number;
  readonly ended: number;
  readonly waiting: number;
  readonly searched: number;
  readonly onRestate: number;
  /** How long an overload lasts. */
  readonly floodMs: number;
  /** How long the load at half capacity lasts. */
  readonly steadyMs: number;
}

async function measure(part: (typeof PARTS)[number], scale: Scale): Promise<string> {
  const options = { ...scale, onProgress: (text: string) => void process.stderr.write(`${part}: ${text} …\n`) };
  switch (part) {
    case "throughput":
      return await beside({ closes: false }, (cheap) =>
        measureThroughput({ ...options, start: () => startBoth(options, cheap) }),
      );
    case "closing":
      return await beside({ closes: true }, (cheap) => measureThroughput({ ...options, start: () => startBoth(options, cheap) }));
    case "authentication":
      return await beside({ closes: false }, (cheap) => measureAuthentication({ ...options, cheap }));
    case "recovery":
      return await measureRecovery({ ...options, sagas: scale.inFlight });
    case "rollbacks":
      return await measureRollbacks({ ...options, sagas: scale.inFlight / 10 });
    case "waiting":
      return await measureWaiting({ ...options, sagas: scale.waiting });
    case "signals":
      return await measureSignals(options);
    case "overload":
      return await measureOverload(options);
    case "ended":
      return await measureBesideEnded(options);
    case "streams":
      return await measureStreams(options);
    case "searches":
      return await measureSearches(options);
    case "traces":
      return await beside({ closes: false }, (cheap) => measureTraces({ ...options, cheap }));
    case "restate":
      return await beside({ closes: false }, (cheap) =>
        measureThroughput({ ...options, start: () => startOnRestate({ ...options, participants: cheap }) }),
      );
    case "restate-list":
      return await measureRestateList({ ...options, sagas: scale.onRestate });
    case "growth":
      return await beside({ closes: false }, (cheap) => measureGrowth({ ...options, cheap }));
    case "watching":
      return await beside({ closes: false }, (cheap) => measureWatching({ ...options, cheap }));
  }
}

async function beside(
  kind: { readonly closes: boolean },
  measure: (cheap: CheapParticipants) => Promise<string>,
): Promise<string> {
  const cheap = await CheapParticipants.start(kind);
  try {
    return await measure(cheap);
  } finally {
    await cheap.child.stop();
  }
}

async function startBoth({ directory }: Pick<Scale, "directory">, cheap: CheapParticipants): Promise<Contest> {
  const variables = { PORT: "0", LOG_LEVEL: "error", ...cheap.variables, ...evenTerms };
  const byHand = await Child.start("bench/src/naive-process.ts", variables);
  const ours = await Child.orchestrator({ ...variables, JOURNAL_PATH: join(directory, "throughput.sqlite") });
  return {
    contestants: [
      { name: "by hand", url: byHand.url, usage: () => byHand.usage },
      { name: "ours", url: ours.url, usage: () => ours.usage },
    ],
    baselines: ["by hand"],
    stop: async () => void (await Promise.all([byHand.stop(), ours.stop()])),
  };
}
