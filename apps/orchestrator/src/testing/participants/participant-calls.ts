import { setTimeout } from "node:timers";
import type { Attempt, Outcome } from "saga-core";
import { sampleAttempt } from "saga-core/testing";
import { Payments } from "../../participants/payments.ts";
import { StoreManager } from "../../participants/store-manager.ts";

/** The URL of the participants. One server stands for both. */
export interface CallOptions {
  readonly url: string;
  readonly callTimeoutMs: number;
  /** Default: false. */
  readonly keepsConnections?: boolean;
}

export interface ParticipantCall {
  readonly participant: "store-manager" | "payments";
  /** The method and the path; `{}` stands for an id. */
  readonly route: string;
  /** The participant's reply when it has done the call. */
  readonly promised: { readonly status: number; readonly body: object };
  /** The result that the client reads from that reply. */
  readonly result: object;
  /** Set for a call that changes nothing: it carries no key, and may be repeated after any failure. */
  readonly isRead?: true;
  /** The attempt has the deadline of the options, unless the caller brings its own. */
  readonly send: (options: CallOptions, attempt?: Attempt) => Promise<Outcome<object>>;
}

/** An attempt whose deadline passes as the engine lets it pass. */
function attemptWithin(callTimeoutMs: number): Attempt {
  const deadline = new AbortController();
  const reason = new DOMException(`no answer within ${callTimeoutMs} ms`, "TimeoutError");
  setTimeout(() => deadline.abort(reason), callTimeoutMs).unref();
  return sampleAttempt({ signal: deadline.signal });
}

const items = [{ product_id: 1, quantity: 2 }];

type Client = StoreManager | Payments;

/** Makes one call with a client of its own. */
async function by<Made extends Client>(client: Made, call: (client: Made) => Promise<Outcome<object>>): Promise<Outcome<object>> {
  try {
    return await call(client);
  } finally {
    await client.close();
  }
}

type Send<Made extends Client> = (client: Made, attempt: Attempt) => Promise<Outcome<object>>;

const store = (send: Send<StoreManager>): ParticipantCall["send"] => {
  return async (options, attempt = attemptWithin(options.callTimeoutMs)) =>
    await by(new StoreManager({ ...options, keyed: true }), (client) => send(client, attempt));
};
const payments = (send: Send<Payments>): ParticipantCall["send"] => {
  return async (options, attempt = attemptWithin(options.callTimeoutMs)) =>
    await by(new Payments({ ...options, keyed: true }), (client) => send(client, attempt));
};

/** Every call that the clients can make (docs/participants.md). */
export const participantCalls = {
  createOrder: {
    participant: "store-manager",
    route: "POST /orders",
    promised: { status: 201, body: { order_id: 7 } },
    result: { order_id: 7 },
    send: store((client, attempt) => client.createOrder({ user_id: 1, items }, attempt)),
  },
  readTotalAmount: {
    participant: "store-manager",
    route: "GET /orders/{}",
    promised: { status: 201, body: { user_id: "1", total_amount: "2118.99", items: "[]", payment_link: "" } },
    result: { total_amount: 2118.99 },
    isRead: true,
    send: store((client, attempt) => client.readTotalAmount(7, attempt)),
  },
  deleteOrder: {
    participant: "store-manager",
    route: "DELETE /orders/{}",
    promised: { status: 200, body: { deleted: true } },
    result: {},
    send: store((client, attempt) => client.deleteOrder(7, attempt)),
  },
  linkPayment: {
    participant: "store-manager",
    route: "PUT /orders",
    promised: { status: 200, body: { updated: true } },
    result: {},
    send: store((client, attempt) => client.linkPayment({ order_id: 7, payment_id: 3 }, attempt)),
  },
  decreaseStock: {
    participant: "store-manager",
    route: "PUT /stocks",
    promised: { status: 201, body: { result: "OK" } },
    result: {},
    send: store((client, attempt) => client.decreaseStock(items, attempt)),
  },
  increaseStock: {
    participant: "store-manager",
    route: "PUT /stocks",
    promised: { status: 201, body: { result: "OK" } },
    result: {},
    send: store((client, attempt) => client.increaseStock(items, attempt)),
  },
  createPayment: {
    participant: "payments",
    route: "POST /payments",
    promised: { status: 201, body: { payment_id: 3 } },
    result: { payment_id: 3 },
    send: payments((client, attempt) => client.createPayment({ user_id: 1, order_id: 7, total_amount: 99.53 }, attempt)),
  },
} as const satisfies Readonly<Record<string, ParticipantCall>>;

export type CallName = keyof typeof participantCalls;

/** The same calls, all with one type. */
export const callNamed: Readonly<Record<CallName, ParticipantCall>> = participantCalls;

export const callNames: readonly CallName[] = [
  "createOrder",
  "readTotalAmount",
  "deleteOrder",
  "linkPayment",
  "decreaseStock",
  "increaseStock",
  "createPayment",
];
