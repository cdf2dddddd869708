import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import ansis from "ansis";
import { runProcess, watchStopSignal } from "service-kit";
import { NoRestateServer, RestateNodeFailed } from "test-kit/restate";
import { z } from "zod";
import { findContradictions } from "../kill/accounts.ts";
import { listSagas, readLedgers } from "../kill/read-books.ts";
import { watchLaunchers } from "../launchers.ts";
import { ServiceError } from "../service-process.ts";
import { call } from "../wire.ts";
import { Cluster } from "./cluster.ts";
import { type Second, SteadyLoad } from "./steady-load.ts";

const SECONDS_DEFAULT = 40;
const SECONDS_MIN = 10;
const ORDERS_PER_SECOND = 8;
const PLENTY = 1_000_000;
const SETTLE_S_MAX = 120;
const BAR_MAX = 40;

const USAGE = `Sends a steady load to a cluster, kills a Restate node and then an orchestrator with SIGKILL, and adds up the ledgers.

  pnpm demo:failover [--seconds ${SECONDS_DEFAULT}]
`;

/** What happens to the cluster, and after which part of the run. */
const scenes: readonly {
  readonly after: number;
  readonly title: string;
  readonly act: (cluster: Cluster) => Promise<unknown>;
}[] = [
  { after: 0.2, title: "Restate node-2 is killed", act: async ({ nodes }) => await nodes[1]?.kill() },
  { after: 0.5, title: "Restate node-2 is started again", act: async ({ nodes }) => await nodes[1]?.restart() },
  { after: 0.65, title: "Orchestrator 1 is killed", act: async ({ orchestrators }) => await orchestrators[0]?.stop("SIGKILL") },
  { after: 0.85, title: "Orchestrator 1 is started again", act: (cluster) => cluster.startOrchestrator(0) },
];

/** An order was lost or applied twice. The output says which. */
class FailoverFailed extends Error {
  override readonly name = "FailoverFailed";
}

async function play(cluster: Cluster, seconds: number, isStopping: () => boolean): Promise<SteadyLoad> {
  const load = new SteadyLoad(
    cluster.orchestrators.map(({ url }) => url),
    ORDERS_PER_SECOND,
  );
  const acts: Promise<unknown>[] = [];
  const played = new Set<string>();
  let drawn = 0;
  const draw = (upTo: number, title = "") => {
    for (; drawn < upTo; drawn += 1) print(drawSecond(drawn, load.seconds[drawn], drawn === upTo - 1 ? title : ""));
  };
  for (let second = 1; second <= seconds && !isStopping(); second += 1) {
    await load.second();
    const scene = scenes.find(({ after, title }) => second / seconds >= after && !played.has(title));
    if (scene) {
      played.add(scene.title);
      acts.push(scene.act(cluster));
    }
    draw(second, scene?.title);
  }
  await Promise.all(acts);
  for (let waited = 0; waited < SETTLE_S_MAX && !load.isSettled && !isStopping(); waited += 1) {
    await setTimeout(1_000);
    draw(seconds + waited + 1, waited === 0 ? "no more orders; those under way get their answers" : "");
  }
  if (!load.isSettled && !isStopping()) throw new FailoverFailed("Some orders got no answer.");
  return load;
}

function drawSecond(second: number, { ended, errors }: Second = { ended: 0, errors: 0 }, title: string): string {
  const done = ansis.green("█".repeat(Math.min(ended, BAR_MAX)));
  const failed = ansis.red("░".repeat(Math.min(errors, BAR_MAX)));
  const counts = `${String(ended).padStart(3)} ended${errors > 0 ? `, ${errors} errors` : ""}`;
  const shown = Math.min(ended, BAR_MAX) + Math.min(errors, BAR_MAX);
  const line = `  ${String(second + 1).padStart(3)} s  ${done}${failed}${" ".repeat(Math.max(0, 26 - shown))} ${counts}`;
  return title === "" ? line : `${line}  ${ansis.yellow(`← ${title}`)}`;
}

/** Waits until no saga is running, and adds up the ledgers. */
async function addUp({ orchestrators, storeManager, payments }: Cluster, { placed }: SteadyLoad): Promise<void> {
  const url = orchestrators[1]?.url ?? "";
  for (let waited = 0; waited < SETTLE_S_MAX; waited += 1) {
    const { body } = await call(`${url}/sagas?status=running&limit=1`, z.object({ items: z.array(z.unknown()) }));
    if (body.items.length === 0) break;
    await setTimeout(1_000);
  }
  const sagas = await listSagas(url);
  const ledger = await readLedgers([storeManager.url, payments.url]);
  const contradictions = findContradictions({ sagas, placed, ledger });
  const count = (status: string) => sagas.filter((saga) => saga.status === status).length;
  print(`
${ansis.bold("The ledgers, added up")}
  Clients       ${placed.length} orders placed, each under its key, and each answered
  Orchestrators ${sagas.length} sagas: ${count("completed")} completed, ${count("cancelled")} cancelled, ${count("needs_intervention")} need a human, ${count("running")} run
  Services      ${ledger.length} effects`);
  for (const contradiction of contradictions) print(ansis.red(`  ✗ ${contradiction}`));
  if (contradictions.length > 0) throw new FailoverFailed("It does not add up.");
  print(ansis.green("  ✓ Nothing is lost, and nothing was done twice."));
}

async function prepare({ storeManager, payments }: Cluster): Promise<void> {
  for (let product_id = 1; product_id <= 4; product_id += 1) {
    await call(`${storeManager.url}/stocks`, z.unknown(), { product_id, quantity: PLENTY });
  }
  await call(`${payments.url}/control/refused-users`, z.unknown(), { users: [2] });
}

function readSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= SECONDS_MIN) return Number(text);
  process.stderr.write(`--seconds must be a whole number from ${SECONDS_MIN} on, not "${text}". Example: --seconds 60\n`);
  process.exit(2);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { values } = parseArgs({ options: { seconds: { type: "string" }, help: { type: "boolean" } } });
if (values.help) {
  print(USAGE);
  process.exit(0);
}
const seconds = readSeconds(values.seconds ?? String(SECONDS_DEFAULT));
const stopSignal = watchStopSignal(watchLaunchers());

await runProcess(
  async () => {
    const cluster = await Cluster.start({
      variables: { LOG_LEVEL: "error" },
      onProgress: (text) => print(ansis.dim(`… ${text}`)),
    });
    try {
      await prepare(cluster);
      print(`${ansis.bold("Three Restate nodes, two orchestrators:")} ${ORDERS_PER_SECOND} orders a second for ${seconds} s\n`);
      const load = await play(cluster, seconds, stopSignal.isStopped);
      if (!stopSignal.isStopped()) await addUp(cluster, load);
    } finally {
      await cluster.stop();
    }
    return undefined;
  },
  { expected: [FailoverFailed, ServiceError, NoRestateServer, RestateNodeFailed], stopSignal },
);
