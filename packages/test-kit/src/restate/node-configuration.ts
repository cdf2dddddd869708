import type { NodePorts } from "./node-ports.ts";

interface NodeConfiguration {
  readonly name: string;
  readonly directory: string;
  readonly partitions: number;
  readonly cluster: { readonly ports: readonly NodePorts[]; readonly index: number; readonly replication: number };
}

/** Writes the configuration file of a node (https://docs.restate.dev/references/server-config). */
export function nodeConfiguration({
  name,
  directory,
  partitions,
  cluster: { ports, index, replication },
}: NodeConfiguration): string {
  const own = ports[index];
  if (!own) throw new RangeError(`There is no node ${index} of ${ports.length}.`);
  const addresses = ports.map(({ node }) => `"http://127.0.0.1:${node}"`).join(", ");
  return `roles = ["metadata-server", "admin", "worker", "log-server", "http-ingress"]
node-name = "${name}"
cluster-name = "saga"
base-dir = "${directory}/data"
auto-provision = ${index === 0}
default-num-partitions = ${partitions}
default-replication = ${replication}
bind-address = "127.0.0.1:${own.node}"
advertised-address = "http://127.0.0.1:${own.node}"
rocksdb-total-memory-size = "128 MiB"
disable-telemetry = true

[metadata-client]
type = "replicated"
addresses = [${addresses}]

[admin]
bind-address = "127.0.0.1:${own.admin}"

[ingress]
bind-address = "127.0.0.1:${own.ingress}"
`;
}
