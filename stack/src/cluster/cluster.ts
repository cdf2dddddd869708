import { freePorts, RestateNode } from "test-kit/restate";
import { ServiceProcess } from "../service-process.ts";
import { Balancer } from "./balancer.ts";

const NODES = 3;
const REPLICATION = 2;
const PARTITIONS = 6;
const ORCHESTRATORS = 2;

export interface ClusterOptions {
  /** Further variables of the orchestrators. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly onLog?: (line: string) => void;
  /** Told what is being done, for whoever waits. */
  readonly onProgress?: (doing: string) => void;
}

interface Stoppable {
  readonly stop: () => Promise<unknown>;
}

/** Three Restate nodes, two orchestrators and the mocks on 127.0.0.1, and what stands before them. */
export class Cluster {
  readonly nodes: readonly RestateNode[];
  readonly storeManager: ServiceProcess;
  readonly payments: ServiceProcess;
  readonly orchestrators: ServiceProcess[] = [];
  /** Before the orchestrators: where Restate calls them. */
  readonly endpoint: Balancer;
  /** Before the nodes: where the orchestrators ask Restate. */
  readonly ingress: Balancer;
  readonly admin: Balancer;
  readonly #endpointPorts: readonly number[];
  readonly #options: ClusterOptions;
  /** Ends all of it, what was started last first. */
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

  /** Resolves when orders can be placed. */
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

  /** Starts an orchestrator, or starts it again on its ports after it was ended. */
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

  /** Ends all of it: the orchestrators first, so that they can finish what they began. */
  async stop(): Promise<void> {
    await stopAll(this.#parts);
  }
}

/** The first one makes the cluster, and the others join it: all at once, because none is ready alone. */
async function startNodes(
  keep: (node: RestateNode) => RestateNode,
  onProgress: (doing: string) => void,
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
