import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

const cuts: Readonly<Record<string, (socket: Socket) => void>> = {
  FIN: (socket) => socket.end(),
  RST: (socket) => socket.resetAndDestroy(),
};

const BODY = '{"receipt_id":7}';
const REPLY = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

/**
 * A participant over bare sockets, which cuts a connection when the path of a request says so, and counts each request that arrived:
 * `/answer/<id>` is answered, `/answer-then-FIN/<id>` too, and its connection is cut at once; `/cut-FIN/<id>` is received and not answered,
 * `/half-FIN/<id>` is answered in part.
 */
export class CuttingParticipant {
  readonly url: string;
  /** How often the request of each id arrived. */
  readonly arrivals = new Map<string, number>();
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server, url: string, greeting: "FIN" | "RST" | undefined) {
    this.#server = server;
    this.url = url;
    server.on("connection", (socket) => {
      this.connections += 1;
      this.#open.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#open.delete(socket));
      if (greeting === undefined) this.#serve(socket);
      else cuts[greeting]?.(socket);
    });
  }

  /** @param greeting how each connection is cut before its request is read. Default: it is not. */
  static async start(greeting?: "FIN" | "RST"): Promise<CuttingParticipant> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new CuttingParticipant(server, `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, greeting);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
      const head = text.indexOf("\r\n\r\n");
      const [, length = "0"] = /\r\ncontent-length: (\d+)/i.exec(text) ?? [];
      if (head < 0 || text.length < head + 4 + Number(length)) return;
      const [, what = "", cut = "", id = ""] = /^\w+ \/([a-z-]+?)(?:-(FIN|RST))?\/(\S+)/.exec(text) ?? [];
      text = "";
      this.arrivals.set(id, (this.arrivals.get(id) ?? 0) + 1);
      answer(socket, what, cut);
    });
  }
}

function answer(socket: Socket, what: string, cut: string): void {
  const then = () => cuts[cut]?.(socket);
  if (what.startsWith("answer")) socket.write(REPLY, then);
  else if (what === "half") socket.write(REPLY.slice(0, -BODY.length), then);
  else then();
}
