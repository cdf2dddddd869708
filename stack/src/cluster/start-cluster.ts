import process from "node:process";
import { setTimeout } from "node:timers/promises";
import ansis from "ansis";
import { runProcess, watchStopSignal } from "service-kit";
import { NoRestateServer, type RestateNode, RestateNodeFailed } from "test-kit/restate";
import { watchLaunchers } from "../launchers.ts";
import { sampleOrder } from "../sample-order.ts";
import { describeEnd, ServiceError, type ServiceProcess } from "../service-process.ts";
import { Cluster } from "./cluster.ts";

const POLL_MS = 1_000;

function row(name: string, url: string, rest: string): string {
  return `  ${name.padEnd(15)} ${url.padEnd(34)} ${rest}`;
}

async function printOverview(cluster: Cluster): Promise<void> {
  const ofNode = async (node: RestateNode) => {
    const health = (await node.isHealthy()) ? ansis.green("healthy") : ansis.red("not healthy");
    return row(`Restate ${node.name}`, node.ingressUrl, `admin ${node.adminUrl}  pid ${node.pid}  ${health}`);
  };
  const ofService = async (name: string, service: ServiceProcess) => {
    const health = await readiness(service);
    return row(name, service.url, `pid ${service.pid}  ${health}`);
  };
  const lines = [
    ...(await Promise.all(cluster.nodes.map(ofNode))),
    ...(await Promise.all(cluster.orchestrators.map((each, index) => ofService(`Orchestrator ${index + 1}`, each)))),
    await ofService("Store Manager", cluster.storeManager),
    await ofService("Payments", cluster.payments),
    "",
    row("Restate calls", cluster.endpoint.url, "one of the orchestrators"),
    row("They ask", cluster.ingress.url, "one of the Restate nodes"),
  ];
  const [first] = cluster.orchestrators;
  print(`${ansis.bold("The cluster runs, until Ctrl-C. Each record is on two of three nodes.")}
${lines.join("\n")}

All of it is in temporary files: it is gone when the cluster stops.

Place an order at one orchestrator, and look at it at the other:
  curl -i ${first?.url ?? ""}/saga/order -H 'content-type: application/json' -d '${JSON.stringify(sampleOrder)}'
  curl ${cluster.orchestrators[1]?.url ?? ""}/sagas
`);
}

async function readiness({ name, url }: ServiceProcess): Promise<string> {
  const path = name === "orchestrator" ? "/health/ready" : "/control/state";
  const reply = await fetch(`${url}${path}`);
  await reply.body?.cancel();
  return reply.ok ? ansis.green("ready") : ansis.red(`not ready (${reply.status})`);
}

/** Restarts each part that ends, as a supervisor would, so that you can kill one and watch its recovery. */
async function supervise(cluster: Cluster, isStopping: () => boolean): Promise<void> {
  const ofOrchestrator = async (index: number): Promise<void> => {
    const end = await cluster.orchestrators[index]?.ended;
    if (!end || isStopping()) return;
    print(ansis.yellow(`Orchestrator ${index + 1} ended (${describeEnd(end)}). It is started again.`));
    await cluster.startOrchestrator(index);
    await ofOrchestrator(index);
  };
  const ofNode = async (node: RestateNode): Promise<void> => {
    while (!isStopping()) {
      if (!node.isRunning) {
        print(ansis.yellow(`Restate ${node.name} ended. It is started again on its files.`));
        await node.restart();
        print(`  Restate ${node.name} is back.`);
      }
      await setTimeout(POLL_MS, undefined, { ref: false });
    }
  };
  await Promise.all([...cluster.orchestrators.keys()].map(ofOrchestrator).concat(cluster.nodes.map(ofNode)));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const stopSignal = watchStopSignal(watchLaunchers());

await runProcess(
  async () => {
    const cluster = await Cluster.start({
      onLog: (line) => process.stderr.write(ansis.dim(line)),
      onProgress: (text) => print(ansis.dim(`… ${text}`)),
    });
    await printOverview(cluster);
    const failure = Promise.withResolvers<never>();
    supervise(cluster, stopSignal.isStopped).catch((error: unknown) => !stopSignal.isStopped() && failure.reject(error));
    return { stop: () => cluster.stop(), failed: failure.promise };
  },
  { expected: [ServiceError, NoRestateServer, RestateNodeFailed], stopSignal },
);
