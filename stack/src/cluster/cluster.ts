import { freePorts, RestateNode } from "test-kit/restate";
import { ServiceProcess } from "../service-process.ts";
import { Balancer } from "./balancer.ts";

const NODES = 3;
const REPLICATION = 2;
const PARTITIONS = 6;
const ORCHESTRATORS = 2;

export interface ClusterOptions {
  /** More variables of the orchestrators. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly onLog?: (line: string) => void;
  /** Called before each part of the start, with a text for people. */
  readonly onProgress?: (text: string) => void;
}

interface Stoppable {
  readonly stop: () => Promise<unknown>;
}

/** Three Restate nodes, two orchestrators and the mocks on 127.0.0.1, with load balancers. */
export class Cluster {
  readonly nodes: readonly RestateNode[];
  readonly storeManager: ServiceProcess;
  readonly payments: ServiceProcess;
  readonly orchestrators: ServiceProcess[] = [];
  /** Balances the calls of Restate between the orchestrators. */
  readonly endpoint: Balancer;
  /** Balances the calls of the orchestrators between the nodes, as does `admin`. */
  readonly ingress: Balancer;
  readonly admin: Balancer;
  readonly #endpointPorts: readonly number[];
  readonly #options: ClusterOptions;
  /** All parts in the order of their start. They are stopped in reverse. */
  readonly #parts: Stoppable[];

  private constructor(
    parts: Pick<Cluster, "nodes" | "storeManager" | "payments" | "endpoint" | "ingress" | "admin">,
    endpointPorts: readonly number[],
    options: ClusterOptions,
    stoppable: Stoppable[],
  ) {
    this.nodes = parts.nodes;
    this.storeManager = parts.storeManager;
    this.payments = parts.payments;
    this.endpoint = parts.endpoint;
    this.ingress = parts.ingress;
    this.admin = parts.admin;
    this.#endpointPorts = endpointPorts;
    this.#options = options;
    this.#parts = stoppable;
  }

  /** Starts the cluster, and resolves when orders can be placed. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const { onProgress = () => undefined } = options;
    const parts: Stoppable[] = [];
    const keep = <Part extends Stoppable>(part: Part): Part => {
      parts.push(part);
      return part;
    };
    try {
      const nodes = await startNodes(keep, onProgress);
      onProgress("starting the mocks");
      const mock = (name: "mock-store-manager" | "mock-payments") =>
        ServiceProcess.start({ name, variables: { PORT: "0", KEYED: "true" } }).then(keep);
      const [storeManager, payments] = await Promise.all([mock("mock-store-manager"), mock("mock-payments")]);
      const endpointPorts = await Promise.all(Array.from({ length: ORCHESTRATORS }, async () => (await freePorts()).node));
      const endpoint = keep(await Balancer.start(endpointPorts));
      const ingress = keep(await Balancer.start(nodes.map(({ ports }) => ports.ingress)));
      const admin = keep(await Balancer.start(nodes.map(({ ports }) => ports.admin)));
      const cluster = new Cluster({ nodes, storeManager, payments, endpoint, ingress, admin }, endpointPorts, options, parts);
      onProgress(`starting ${ORCHESTRATORS} orchestrators`);
      for (const index of endpointPorts.keys()) await cluster.startOrchestrator(index);
      parts.push({ stop: () => Promise.all(cluster.orchestrators.map((each) => each.stop())) });
      return cluster;
    } catch (error) {
      await stopAll(parts);
      throw error;
    }
  }

  /** Starts an orchestrator, or restarts a stopped one on its ports. */
  async startOrchestrator(index: number): Promise<void> {
    const before = this.orchestrators[index];
    const { variables, onLog } = this.#options;
    this.orchestrators[index] = await ServiceProcess.start({
      name: "orchestrator",
      ...(onLog && { onLog }),
      variables: {
        PORT: before ? new URL(before.url).port : "0",
        ENGINE: "restate",
        RESTATE_INGRESS_URL: this.ingress.url,
        RESTATE_ADMIN_URL: this.admin.url,
        RESTATE_ENDPOINT_PORT: String(this.#endpointPorts[index]),
        RESTATE_ENDPOINT_URL: this.endpoint.url,
        STORE_MANAGER_URL: this.storeManager.url,
        STORE_MANAGER_KEYED: "true",
        PAYMENTS_URL: this.payments.url,
        PAYMENTS_KEYED: "true",
        ...variables,
      },
    });
  }

  /** Stops all parts, the orchestrators first, so that they can finish their sagas. */
  async stop(): Promise<void> {
    await stopAll(this.#parts);
  }
}

/** Starts all nodes at once, because none is ready alone: the first one makes the cluster, and the others join it. */
async function startNodes(
  keep: (node: RestateNode) => RestateNode,
  onProgress: (text: string) => void,
): Promise<readonly RestateNode[]> {
  const ports = await Promise.all(Array.from({ length: NODES }, freePorts));
  onProgress(`starting ${NODES} Restate nodes`);
  const onInstall = () => onProgress("installing the Restate server, some 220 MB");
  return await Promise.all(
    ports.map((_own, index) =>
      RestateNode.start({
        name: `node-${index + 1}`,
        cluster: { ports, index, replication: REPLICATION },
        partitions: PARTITIONS,
        onInstall,
      }).then(keep),
    ),
  );
}

async function stopAll(parts: Stoppable[]): Promise<void> {
  for (let part = parts.pop(); part; part = parts.pop()) await part.stop();
}
