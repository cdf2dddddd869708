import { z } from "zod";

/** A client of the orchestrator's REST API, as a web shop would have it. It shares no type with the service. */
export class WebClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Places an order. Gives its end, or the location of its saga if that takes longer or the client does not wait. */
  async placeOrder(order: unknown, headers: OrderHeaders = {}, signal?: AbortSignal): Promise<OrderAnswer> {
    const response = await fetch(`${this.#url}/saga/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(order),
      ...(signal && { signal }),
    });
    return readAnswer(response, await response.json());
  }

  /** Signals a step of a saga that waits. */
  async signal(id: string, step: string, signal: unknown, headers: SignalHeaders = {}): Promise<SignalAnswer> {
    const response = await fetch(`${this.#url}/sagas/${encodeURIComponent(id)}/signals/${encodeURIComponent(step)}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(signal),
    });
    const body: unknown = await response.json();
    if (response.status === 202) return { kind: "accepted", ...accepted.parse(body) };
    const late = lateProblem.safeParse(body).data;
    return late ? { kind: "late", ...late } : { kind: "problem", ...problem.parse(body) };
  }

  async saga(id: string): Promise<SagaSeen> {
    const response = await fetch(`${this.#url}/sagas/${encodeURIComponent(id)}`);
    const body: unknown = await response.json();
    if (!response.ok) throw new ProblemSeen(problem.parse(body));
    return saga.parse(body);
  }

  async history(id: string): Promise<History> {
    const events: History[number][] = [];
    for (let page: string | undefined = ""; page !== undefined; ) {
      const response = await fetch(`${this.#url}/sagas/${encodeURIComponent(id)}/events${page}`);
      const { items, next_after } = history.parse(await response.json());
      events.push(...items);
      page = next_after === null ? undefined : `?after=${next_after}`;
    }
    return events;
  }
}

export interface OrderHeaders {
  readonly prefer?: string;
  readonly "idempotency-key"?: string;
}

export interface SignalHeaders {
  readonly "idempotency-key"?: string;
}

/** The answer to a signal, by `kind`. */
export type SignalAnswer =
  | ({ readonly kind: "accepted" } & z.output<typeof accepted>)
  | ({ readonly kind: "late" } & z.output<typeof lateProblem>)
  | ({ readonly kind: "problem" } & z.output<typeof problem>);

/** The answer to an order, by `kind`. */
export type OrderAnswer =
  | ({ readonly kind: "created" } & z.output<typeof created>)
  | ({ readonly kind: "refused" | "unavailable" } & z.output<typeof undone>)
  | ({ readonly kind: "pending"; readonly location: string } & SagaSeen)
  | ({ readonly kind: "problem" } & z.output<typeof problem>);

/** The service answered with a problem instead of a saga. */
export class ProblemSeen extends Error {
  override readonly name = "ProblemSeen";
  readonly problem: z.output<typeof problem>;

  constructor(seen: z.output<typeof problem>) {
    super(seen.detail);
    this.problem = seen;
  }
}

const created = z.object({ saga_id: z.string(), order_id: z.int(), payment_id: z.int() });

const problem = z.looseObject({
  type: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

const accepted = z.object({ saga_id: z.string(), step: z.string(), signal: z.enum(["taken", "kept", "asks", "repeated"]) });

const lateProblem = z.object({ type: z.literal("signal-late"), because: z.string(), saga_status: z.string(), state: z.string() });

const undone = z.object({
  type: z.enum(["saga-cancelled", "participant-unavailable"]),
  saga_id: z.string(),
  step: z.string(),
  reason: z.string(),
  rolled_back: z.array(z.string()),
  order_id: z.int().optional(),
});

const saga = z.object({
  saga_id: z.string(),
  state: z.string(),
  status: z.enum(["running", "completed", "cancelled", "needs_intervention"]),
  steps: z.array(z.object({ step: z.string(), status: z.string(), attempts: z.int() })),
  explanation: z.string().optional(),
});

export type SagaSeen = z.output<typeof saga>;

const history = z.object({
  next_after: z.int().nullable(),
  items: z.array(
    z.looseObject({
      type: z.string(),
      step: z.string().optional(),
      at: z.iso.datetime().transform((at) => Date.parse(at)),
      data: z.looseObject({
        state: z.string(),
        action: z.string().optional(),
        outcome: z.string().optional(),
        reason: z.string().optional(),
      }),
    }),
  ),
});

export type History = z.output<typeof history>["items"];

function readAnswer({ status, headers }: Response, body: unknown): OrderAnswer {
  if (status === 200) return { kind: "created", ...created.parse(body) };
  if (status === 202) return { kind: "pending", location: headers.get("location") ?? "", ...saga.parse(body) };
  const end = undone.safeParse(body).data;
  if (end) return { kind: end.type === "saga-cancelled" ? "refused" : "unavailable", ...end };
  return { kind: "problem", ...problem.parse(body) };
}
