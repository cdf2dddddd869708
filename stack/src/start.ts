import process from "node:process";
import ansis from "ansis";
import { EnvironmentError, ListenError, listen, readEnvironment } from "service-kit";
import { stackEnvironment } from "./environment.ts";
import { describeEnd, type ServiceProcess } from "./service-process.ts";
import { Stack } from "./stack.ts";
import { watchStopSignal } from "./stop-signal.ts";

async function start(): Promise<Stack> {
  const { ORCHESTRATOR_PORT, STORE_MANAGER_PORT, PAYMENTS_PORT } = readEnvironment(stackEnvironment, process.env);
  for (const [portVariable, port] of Object.entries({ ORCHESTRATOR_PORT, STORE_MANAGER_PORT, PAYMENTS_PORT })) {
    const probe = await listen({ fetch: () => new Response(), host: "127.0.0.1", port, portVariable });
    await probe.close();
  }
  return await Stack.start({
    ports: { orchestrator: ORCHESTRATOR_PORT, storeManager: STORE_MANAGER_PORT, payments: PAYMENTS_PORT },
    onLog: (line) => process.stderr.write(ansis.dim(line)),
  });
}

function introduce({ orchestrator, storeManager, payments }: Stack): void {
  const row = (name: string, { url, pid }: ServiceProcess, path = "") =>
    `  ${name.padEnd(15)} ${`${url}${path}`.padEnd(34)} pid ${pid}`;
  const order = JSON.stringify({
    user_id: 1,
    items: [
      { product_id: 3, quantity: 2 },
      { product_id: 2, quantity: 4 },
    ],
  });
  print(`${ansis.bold("The stack runs, until Ctrl-C.")}
${row("Orchestrator", orchestrator)}
${row("  its API", orchestrator, "/docs")}
${row("Store Manager", storeManager)}
${row("Payments", payments)}

Try an order, and send it twice:
  curl -i ${orchestrator.url}/saga/order -H 'content-type: application/json' -d '${order}'
`);
}

/** A killed orchestrator is started again, as any supervisor would, so that its recovery can be watched. */
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
  print(`  PORT=${new URL(mock.url).port} npx --yes pnpm@12.21.0 --filter ${mock.name} start`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(): Promise<void> {
  const { signal, ignore } = watchStopSignal();
  const stack = await start();
  introduce(stack);
  let isStopping = false;
  const watches = [
    supervise(stack, () => isStopping),
    reportEnd(stack.storeManager, () => isStopping),
    reportEnd(stack.payments, () => isStopping),
  ];
  try {
    await Promise.race([signal, ...watches.map((watch) => watch.then(() => signal))]);
  } finally {
    isStopping = true;
    await stack.stop();
    ignore();
  }
}

try {
  await run();
} catch (error) {
  const isForPeople = error instanceof ListenError || error instanceof EnvironmentError;
  process.stderr.write(`${error instanceof Error && !isForPeople ? error.stack : isForPeople ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
