import { once } from "node:events";
import { createServer } from "node:net";

/** The ports of a node on this machine. */
export interface NodePorts {
  /** For the other nodes of the cluster. */
  readonly node: number;
  readonly ingress: number;
  readonly admin: number;
}

/** Finds ports that are free now. */
export async function freePorts(): Promise<NodePorts> {
  const servers = [createServer(), createServer(), createServer()];
  try {
    const [node = 0, ingress = 0, admin = 0] = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = server.address();
        return typeof address === "object" && address ? address.port : 0;
      }),
    );
    return { node, ingress, admin };
  } finally {
    for (const server of servers) server.close();
  }
}
