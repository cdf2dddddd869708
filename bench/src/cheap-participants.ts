import { Child } from "./child.ts";
import { orders } from "./participants.ts";

interface CheapReply {
  readonly status: number;
  readonly body: object;
}

let lastId = 0;

/** What both services answer, without doing it: so cheap that they are not what is measured. The payments of user 2 are refused. */
export function cheapReply(method: string, path: string, text: string): CheapReply {
  if (path === "/payments") {
    const isRefused = text.includes(`"user_id":${orders.failing.order.user_id}`);
    return isRefused ? { status: 402, body: { error: "refused" } } : { status: 201, body: { payment_id: nextId() } };
  }
  if (path === "/stocks") return { status: 201, body: { result: "OK" } };
  if (method === "POST") return { status: 201, body: { order_id: nextId() } };
  if (method === "DELETE") return { status: 200, body: { deleted: true } };
  return { status: 200, body: { user_id: "1", total_amount: "1999.99", items: "[]", payment_link: "" } };
}

function nextId(): number {
  lastId += 1;
  return lastId;
}

/** The participants of the comparison: keyed, in a process of their own. */
export class CheapParticipants {
  readonly child: Child;

  private constructor(child: Child) {
    this.child = child;
  }

  /** @param options.closes whether they close each connection after one reply, as the existing services do. */
  static async start({ closes }: { readonly closes: boolean }): Promise<CheapParticipants> {
    return new CheapParticipants(await Child.start("bench/src/cheap-participants-process.ts", { CLOSES: String(closes) }));
  }

  /** The variables of a contestant that calls them. */
  get variables(): Readonly<Record<string, string>> {
    const { url } = this.child;
    return { STORE_MANAGER_URL: url, STORE_MANAGER_KEYED: "true", PAYMENTS_URL: url, PAYMENTS_KEYED: "true" };
  }
}
