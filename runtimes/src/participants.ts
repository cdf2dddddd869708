import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** A hotel and a bank on one port. The bank keeps keys: a repeated one has its first answer. */
export class Participants {
  readonly url: string;
  /** How often the bank received each key. */
  readonly charges = new Map<string, number>();
  readonly #server: Server;
  readonly #firstCharge = Promise.withResolvers<void>();

  readonly #holdsFirst: boolean;

  private constructor(server: Server, url: string, holdsFirst: boolean) {
    this.#server = server;
    this.#holdsFirst = holdsFirst;
    this.url = url;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      request.resume().on("end", () => this.#answer(request, response));
    });
  }

  /** @param holdsFirst whether the bank never answers the first charge. */
  static async start(holdsFirst: boolean): Promise<Participants> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return new Participants(server, `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, holdsFirst);
  }

  /** Resolves when the bank has received the first charge. */
  get firstCharge(): Promise<void> {
    return this.#firstCharge.promise;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/rooms") reply(response, { room_id: 7 });
    else if (request.url === "/charges") this.#charge(String(request.headers["idempotency-key"]), response);
    else response.writeHead(404).end();
  }

  #charge(key: string, response: ServerResponse): void {
    const isFirst = this.charges.size === 0;
    this.charges.set(key, (this.charges.get(key) ?? 0) + 1);
    if (isFirst) this.#firstCharge.resolve();
    if (!isFirst || !this.#holdsFirst) reply(response, { receipt_id: 3 });
  }
}

function reply(response: ServerResponse, body: object): void {
  response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(body));
}
