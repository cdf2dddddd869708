import process from "node:process";
import ansis from "ansis";
import { buildConsole, isBuildCurrent } from "saga-console/build";
import { buildLab, isLabCurrent } from "saga-lab/build";
import { listen, readEnvironment, runProcess, watchStopSignal } from "service-kit";
import { stackEnvironment } from "./environment.ts";
import { RunningLab } from "./lab/index.ts";
import { watchLaunchers } from "./launchers.ts";
import { sampleOrder } from "./sample-order.ts";
import { ServiceError, type ServiceProcess } from "./service-process.ts";
import { Stack } from "./stack.ts";
import { Supervisor } from "./supervisor.ts";

const stopSignal = watchStopSignal(watchLaunchers());

interface Started {
  readonly stack: Stack;
  readonly supervisor: Supervisor;
  readonly lab: RunningLab;
}

async function start(): Promise<Started> {
  const { KEYED: isKeyed, PAID_LATER_WAIT_MS: paidLaterWaitMs, ...ports } = readEnvironment(stackEnvironment, process.env);
  // All at the same time: if two ports are equal, one of them is busy.
  const probes = await Promise.allSettled(
    Object.entries(ports).map(([portVariable, port]) =>
      listen({ fetch: () => new Response(), host: "127.0.0.1", port, portVariable }),
    ),
  );
  await Promise.all(probes.map((probe) => (probe.status === "fulfilled" ? probe.value.close() : undefined)));
  const busy = probes.find((probe) => probe.status === "rejected");
  if (busy) throw busy.reason;
  await buildOnce();
  const stack = await Stack.start({
    keyed: isKeyed,
    keepsMocks: true,
    paidLaterWaitMs,
    ports: { orchestrator: ports.ORCHESTRATOR_PORT, storeManager: ports.STORE_MANAGER_PORT, payments: ports.PAYMENTS_PORT },
    onLog: (line) => process.stderr.write(ansis.dim(line)),
  });
  const supervisor = new Supervisor({ stack, isStopping: stopSignal.isStopped, print });
  try {
    return { stack, supervisor, lab: await RunningLab.start({ stack, supervisor, isKeyed, port: ports.LAB_PORT }) };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The pages are built when they are not, or when one of their sources is newer. Without them everything else runs. */
async function buildOnce(): Promise<void> {
  const [isConsoleCurrent, isLabBuilt] = await Promise.all([isBuildCurrent(), isLabCurrent()]);
  if (isConsoleCurrent && isLabBuilt) return;
  print(ansis.dim("The console and the lab are built, which takes some seconds."));
  try {
    if (!isConsoleCurrent) await buildConsole();
    if (!isLabBuilt) await buildLab();
  } catch (error) {
    print(ansis.yellow(`The console and the lab could not be built: ${String(error)}`));
  }
}

function printOverview({ stack: { orchestrator, storeManager, payments }, lab }: Started): void {
  const row = (name: string, { url, pid }: ServiceProcess, path = "") =>
    `  ${name.padEnd(15)} ${`${url}${path}`.padEnd(34)} pid ${pid}`;
  const order = JSON.stringify(sampleOrder);
  print(`${ansis.bold("The stack runs, until Ctrl-C.")}
${row("Orchestrator", orchestrator)}
${row("  its API", orchestrator, "/docs")}
${row("  its console", orchestrator, "/console")}
${row("Store Manager", storeManager)}
${row("Payments", payments)}

Break it, and watch it recover, in the lab:
  ${lab.url}

The journal is a temporary file: it is gone when the stack stops, as is what the mocks remember.

Try an order, and send it twice:
  curl -i ${orchestrator.url}/saga/order -H 'content-type: application/json' -d '${order}'
`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await runProcess(
  async () => {
    const started = await start();
    const { stack, supervisor, lab } = started;
    printOverview(started);
    const failure = Promise.withResolvers<never>();
    supervisor.watch().catch(failure.reject);
    const stop = async () => {
      try {
        await lab.stop();
      } finally {
        await stack.stop();
      }
    };
    return { stop, failed: failure.promise };
  },
  { expected: [ServiceError], stopSignal },
);
