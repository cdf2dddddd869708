import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** An address whose process can be switched: connections are cut, and reconnect to the other process. */
export class SwitchedAddress {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target = 0;

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    server.on("connection", (client: Socket) => this.#join(client));
  }

  static async open(): Promise<SwitchedAddress> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SwitchedAddress(server);
  }

  to(port: number): void {
    this.#target = port;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.to(0);
    this.#server.close();
  }

  #join(client: Socket): void {
    const backend = connect(this.#target, "127.0.0.1");
    for (const [one, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
