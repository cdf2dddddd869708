import { z } from "zod";
import type { HttpReply } from "./http-reply.ts";
import { pathOf } from "./judge.ts";
import type { FuzzRequest } from "./request.ts";

const told = z.looseObject({ saga_id: z.string() });
const bulk = z.looseObject({
  preview: z.literal(false),
  items: z.array(z.looseObject({ saga_id: z.string(), accepted: z.boolean() })),
});

/** The event by which each operation is recorded. */
const eventOf: Readonly<Record<string, string>> = {
  cancel: "cancel-requested",
  retry: "retry-requested",
  resolve: "resolved",
  "end-wait": "wait-ended",
  acknowledge: "acknowledged",
  signals: "signalled",
};

/** The events that are recorded because somebody sent a request. */
export const requestedEvents: ReadonlySet<string> = new Set(Object.values(eventOf));

/** What replies said was done. Whatever else there is, a refused request did. */
export class Books {
  readonly #sagas: string[] = [];
  readonly #known = new Set<string>();
  readonly #accepted = new Map<string, number>();

  /** The sagas that a client was told of. */
  get sagas(): readonly string[] {
    return this.#sagas;
  }

  isTold(sagaId: string): boolean {
    return this.#known.has(sagaId);
  }

  /** How many operations on a saga were accepted that are recorded by an event of a type. */
  accepted(sagaId: string, eventType: string): number {
    return this.#accepted.get(`${sagaId} ${eventType}`) ?? 0;
  }

  /** Records the reply to a start, also where it came over a connection that was no usual one. */
  enterStart(reply: HttpReply): void {
    const { data } = told.safeParse(bodyOf(reply));
    if (data === undefined || this.#known.has(data.saga_id)) return;
    this.#known.add(data.saga_id);
    this.#sagas.push(data.saga_id);
  }

  /** Records the reply to a request. */
  enter({ method, target }: Pick<FuzzRequest, "method" | "target">, reply: HttpReply): void {
    if (method !== "POST") return;
    const path = pathOf(target);
    // The end of a saga may be a 409 or a 503: its body names the saga all the same. So does that of a signal that came too late, which is recorded.
    if (path.startsWith("/saga/")) this.enterStart(reply);
    const body = bodyOf(reply);
    const event = eventOf[operationOf(path)];
    const { data: one } = told.safeParse(body);
    if (event !== undefined && one && (reply.status < 300 || event === "signalled")) this.#accept(one.saga_id, event);
    if (reply.status === 200) for (const id of acceptedOf(bulk.safeParse(body).data)) this.#accept(id, eventOf[bulkOf(path)]);
  }

  #accept(sagaId: string, event: string | undefined): void {
    if (event === undefined) return;
    this.#accepted.set(`${sagaId} ${event}`, this.accepted(sagaId, event) + 1);
  }
}

/** The operation of a path on one saga. */
function operationOf(path: string): string {
  return /^\/sagas\/[^/]+\/([\w-]+)/.exec(path)?.[1] ?? (path.startsWith("/signals/") ? "signals" : "");
}

/** The operation of a path on many sagas. */
function bulkOf(path: string): string {
  return /^\/sagas\/([\w-]+)$/.exec(path)?.[1] ?? "";
}

/** The sagas on which an operation on many was accepted. */
function acceptedOf(result: z.output<typeof bulk> | undefined): readonly string[] {
  return (result?.items ?? []).flatMap(({ saga_id, accepted }) => (accepted ? [saga_id] : []));
}

function bodyOf({ body }: HttpReply): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
