import process from "node:process";
import ansis from "ansis";
import { buildConsole, isBuildCurrent } from "saga-console/build";
import { listen, readEnvironment, runProcess, watchStopSignal } from "service-kit";
import { stackEnvironment } from "./environment.ts";
import { watchLaunchers } from "./launchers.ts";
import { sampleOrder } from "./sample-order.ts";
import { describeEnd, ServiceError, type ServiceProcess } from "./service-process.ts";
import { Stack } from "./stack.ts";

const stopSignal = watchStopSignal(watchLaunchers());

async function start(): Promise<Stack> {
  const { KEYED, PAID_LATER_WAIT_MS: paidLaterWaitMs, ...ports } = readEnvironment(stackEnvironment, process.env);
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
  return await Stack.start({
    keyed: KEYED,
    paidLaterWaitMs,
    ports: { orchestrator: ports.ORCHESTRATOR_PORT, storeManager: ports.STORE_MANAGER_PORT, payments: ports.PAYMENTS_PORT },
    onLog: (line) => process.stderr.write(ansis.dim(line)),
  });
}

/** The console is built when it is not, or when one of its sources is newer. Without it everything else runs. */
async function buildOnce(): Promise<void> {
  if (await isBuildCurrent()) return;
  print(ansis.dim("The console is built, which takes some seconds."));
  try {
    await buildConsole();
  } catch (error) {
    print(ansis.yellow(`The console could not be built: ${String(error)}`));
  }
}

function printOverview({ orchestrator, storeManager, payments }: Stack): void {
  const row = (name: string, { url, pid }: ServiceProcess, path = "") =>
    `  ${name.padEnd(15)} ${`${url}${path}`.padEnd(34)} pid ${pid}`;
  const order = JSON.stringify(sampleOrder);
  print(`${ansis.bold("The stack runs, until Ctrl-C.")}
${row("Orchestrator", orchestrator)}
${row("  its API", orchestrator, "/docs")}
${row("  its console", orchestrator, "/console")}
${row("Store Manager", storeManager)}
${row("Payments", payments)}

The journal is a temporary file: it is gone when the stack stops, as is what the mocks remember.

Try an order, and send it twice:
  curl -i ${orchestrator.url}/saga/order -H 'content-type: application/json' -d '${order}'
`);
}

/** Restarts a killed orchestrator, as a supervisor would, so that you can watch its recovery. */
async function supervise(stack: Stack, isStopping: () => boolean): Promise<void> {
  const end = await stack.orchestrator.ended;
  if (isStopping()) return;
  print(ansis.yellow(`The orchestrator ended (${describeEnd(end)}). It is started again on its journal.`));
  await stack.restartOrchestrator();
  print(`  Orchestrator    ${stack.orchestrator.url} pid ${stack.orchestrator.pid}`);
  await supervise(stack, isStopping);
}

async function reportEnd(mock: ServiceProcess, isStopping: () => boolean): Promise<void> {
  const end = await mock.ended;
  if (isStopping()) return;
  print(ansis.yellow(`${mock.name} ended (${describeEnd(end)}). Orders meet its absence from here on. Start it again:`));
  const variables = Object.entries({ ...mock.variables, PORT: new URL(mock.url).port }).map(
    ([name, value]) => `${name}=${value}`,
  );
  print(`  ${variables.join(" ")} npx --yes pnpm@12.21.0 --filter ${mock.name} start`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await runProcess(
  async () => {
    const stack = await start();
    printOverview(stack);
    const failure = Promise.withResolvers<never>();
    supervise(stack, stopSignal.isStopped).catch(failure.reject);
    for (const mock of [stack.storeManager, stack.payments]) reportEnd(mock, stopSignal.isStopped).catch(failure.reject);
    return { stop: () => stack.stop(), failed: failure.promise };
  },
  { expected: [ServiceError], stopSignal },
);
