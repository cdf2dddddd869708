import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A load balancer on 127.0.0.1: each connection goes to the next of several processes, or to the one after it when that accepts none. In
 * production the platform has one, for instance a Kubernetes service.
 */
export class Balancer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = port;
  }

  /** @param ports of the processes on 127.0.0.1, also of those that are down. */
  static async start(ports: readonly number[]): Promise<Balancer> {
    const sockets = new Set<Socket>();
    let connections = 0;
    const server = createServer((client) => {
      track(client, sockets);
      connections += 1;
      const first = connections % ports.length;
      connectFirst([...ports.slice(first), ...ports.slice(0, first)]).then(
        (backend) => {
          track(backend, sockets);
          join(client, backend);
        },
        () => client.destroy(),
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new Balancer(server, sockets, typeof address === "object" && address ? address.port : 0);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

async function connectFirst([first, ...others]: readonly number[]): Promise<Socket> {
  if (first === undefined) throw new Error("No process accepts a connection.");
  const socket = connect(first, "127.0.0.1");
  try {
    await once(socket, "connect");
    return socket;
  } catch {
    socket.destroy();
    return await connectFirst(others);
  }
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.setNoDelay(true);
  // The close event follows each error.
  socket.on("error", () => undefined);
  socket.on("close", () => sockets.delete(socket));
}

/** Pipes two sockets into each other. When one closes, the other is closed. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on("close", () => other.destroy());
  other.on("close", () => one.destroy());
}
