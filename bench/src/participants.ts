import { createServer, type Server } from "node:net";
import { Child } from "./child.ts";

/** An order that succeeds and one that fails: the payments of user 2 are refused, and product 1 never runs out. */
export const orders = {
  succeeding: { order: { user_id: 1, items: [{ product_id: 1, quantity: 1 }] }, status: 200 },
  failing: { order: { user_id: 2, items: [{ product_id: 1, quantity: 1 }] }, status: 409 },
} as const;

/** Both mocks, in one process. */
export class Participants {
  readonly child: Child;
  readonly storeManagerUrl: string;
  readonly paymentsUrl: string;

  private constructor(child: Child) {
    const [storeManagerUrl = "", paymentsUrl = ""] = child.urls;
    this.child = child;
    this.storeManagerUrl = storeManagerUrl;
    this.paymentsUrl = paymentsUrl;
  }

  static async start(): Promise<Participants> {
    const participants = new Participants(await Child.start("bench/src/mocks-process.ts", {}));
    await participants.reset();
    return participants;
  }

  /** The variables of an orchestrator that calls them. */
  get variables(): Readonly<Record<string, string>> {
    return {
      STORE_MANAGER_URL: this.storeManagerUrl,
      STORE_MANAGER_KEYED: "true",
      PAYMENTS_URL: this.paymentsUrl,
      PAYMENTS_KEYED: "true",
    };
  }

  /** Deletes all orders, so that no measurement pays for the memory of an earlier one. */
  async reset(): Promise<void> {
    for (const url of [this.storeManagerUrl, this.paymentsUrl]) await post(`${url}/control/reset`, {});
    await post(`${this.storeManagerUrl}/stocks`, { product_id: 1, quantity: 1_000_000_000 });
    await post(`${this.paymentsUrl}/control/refused-users`, { users: [2] });
  }
}

export async function post(url: string, body: object): Promise<unknown> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} was answered ${response.status}`);
  return await response.json();
}

/** A participant that accepts every request and never replies. */
export class BlackHole {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    const address = server.address();
    this.#server = server;
    this.url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }

  static async open(): Promise<BlackHole> {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    return new BlackHole(server);
  }

  close(): void {
    this.#server.close();
  }
}
