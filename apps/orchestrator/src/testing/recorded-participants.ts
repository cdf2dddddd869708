import { z } from "zod";

/** A request that had an effect or was refused for good, and the reply to it. */
export const settledRequest = z.object({
  key: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.string(),
  reply: z.object({ status: z.int(), body: z.looseObject({}) }),
});

type SettledRequest = z.output<typeof settledRequest>;

export interface SentCall {
  /** `<saga_id>/<step>/<action>` */
  readonly key: string;
  readonly traceparent: string | undefined;
}

/** What every order costs. */
export const AMOUNT = 99.5;
/** Ids that no participant gave out before. */
const FIRST_NEW_ID = 1_000;

/**
 * Both services as an earlier process left them: they go on from the requests that they settled then. They apply every
 * request, and list every call.
 */
export class RecordedParticipants {
  readonly #settled: SettledRequest[];
  readonly #keyed: boolean;
  readonly sent: SentCall[] = [];
  /** Repetitions whose content is not that of the first request under their key (rule 2). */
  readonly changed: string[] = [];
  /** Counts what begins and ends, to find out when nothing happens any more. */
  activity = 0;
  #lastId = FIRST_NEW_ID;

  constructor(settled: readonly SettledRequest[], keyed: boolean) {
    this.#settled = [...settled];
    this.#keyed = keyed;
  }

  /** How often each call of a saga had an effect, by `<step>/<action>`. */
  effectsOf(sagaId: string): Readonly<Record<string, number>> {
    const applied = this.#settled.filter(({ key, reply }) => key.startsWith(`${sagaId}/`) && reply.status < 300);
    const calls = applied.map(({ key }) => callOf(key));
    return Object.fromEntries(calls.map((call) => [call, calls.filter((other) => other === call).length]));
  }

  /** The reply to the first request under a key that had its effect; undefined if none had. */
  appliedReply(key: string): object | undefined {
    return this.#settled.find((request) => request.key === key && request.reply.status < 300)?.reply.body;
  }

  /** The calls that were made for a saga, in order, each as `<step>/<action>`. */
  callsOf(sagaId: string): readonly string[] {
    return this.sent.filter(({ key }) => key.startsWith(`${sagaId}/`)).map(({ key }) => callOf(key));
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    this.activity += 1;
    const request = new Request(input, init);
    const key = request.headers.get("idempotency-key")?.replaceAll('"', "");
    const { pathname: path } = new URL(request.url);
    const reply =
      key === undefined ? readAmount() : this.#settle({ key, method: request.method, path, body: await request.text() });
    if (key !== undefined) this.sent.push({ key, traceparent: request.headers.get("traceparent") ?? undefined });
    this.activity += 1;
    return Response.json(reply.body, { status: reply.status });
  };

  #settle(request: Omit<SettledRequest, "reply">): SettledRequest["reply"] {
    const first = this.#settled.find(({ key }) => key === request.key);
    if (first && (first.method !== request.method || first.path !== request.path || first.body !== request.body)) {
      this.changed.push(request.key);
    }
    if (first && this.#keyed) return first.reply;
    const reply = this.#replyTo(request);
    this.#settled.push({ ...request, reply });
    return reply;
  }

  #replyTo({ method, path }: Omit<SettledRequest, "reply">): SettledRequest["reply"] {
    if (method === "DELETE") return { status: 200, body: { deleted: true } };
    if (path === "/stocks") return { status: 201, body: { result: "OK" } };
    this.#lastId += 1;
    return { status: 201, body: path === "/orders" ? { order_id: this.#lastId } : { payment_id: this.#lastId } };
  }
}

function readAmount(): SettledRequest["reply"] {
  return { status: 201, body: { total_amount: String(AMOUNT) } };
}

function callOf(key: string): string {
  return key.split("/").slice(1).join("/");
}
