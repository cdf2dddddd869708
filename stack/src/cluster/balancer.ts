import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * What stands before several processes that do the same: each connection goes to one of them, in turn, and to the next one where that does
 * not answer. On real machines this is the platform's: a service of Kubernetes, a load balancer.
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

  /** @param ports where they are on 127.0.0.1, there or not. */
  static async start(ports: readonly number[]): Promise<Balancer> {
    const sockets = new Set<Socket>();
    let turn = 0;
    const server = createServer((client) => {
      track(client, sockets);
      turn += 1;
      const first = turn % ports.length;
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
  if (first === undefined) throw new Error("Nobody answers.");
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
  // An error is followed by its close.
  socket.on("error", () => undefined);
  socket.on("close", () => sockets.delete(socket));
}

/** When one end is gone, so is the other. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on("close", () => other.destroy());
  other.on("close", () => one.destroy());
}
