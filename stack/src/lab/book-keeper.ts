import type { LabState, WorldState } from "saga-lab/api";
import { z } from "zod";
import { add, addsUp, type LedgerEntry, ledgerSchema, nothing, type Parts, partsOfSagas, type Said } from "./books.ts";
import type { LabOrder } from "./orders.ts";

type MockUrls = Readonly<Record<"storeManager" | "payments", string>>;

export interface BookKeeperOptions {
  readonly orchestrator: () => string;
  readonly storeManager: () => string;
  readonly payments: () => string;
  /** Undefined until the twin runs. */
  readonly twin: () => MockUrls | undefined;
}

const sagaSchema = z.looseObject({
  saga_id: z.string(),
  status: z.string(),
  state: z.string(),
  steps: z.array(z.looseObject({ step: z.string(), status: z.string() })),
});
const sagasSchema = z.looseObject({ items: z.array(sagaSchema), next_cursor: z.string().nullable() });

type KnownSaga = z.output<typeof sagaSchema>;

/** What was last read of both ledgers of an orchestrator. */
interface Ledgers {
  readonly storeManager: readonly LedgerEntry[];
  readonly payments: readonly LedgerEntry[];
  readonly isCurrent: boolean;
}

/** What may be left of an order, by its saga's status or by how the one by hand answered. */
const saidBy: Readonly<Record<string, Said>> = {
  completed: "whole",
  cancelled: "nothing",
  refused: "nothing",
  undone: "nothing",
  unanswered: "unknown",
};

const empty: Ledgers = { storeManager: [], payments: [], isCurrent: true };

type Books = Pick<LabState, "ours"> & {
  readonly byHand: WorldState;
  readonly sagaOf: (id: string) => KnownSaga | undefined;
};

const PAGE = 200;
/** A service that hangs is one that does not answer. */
const READ_WITHIN_MS = 5_000;

/** Reads what became of the orders, and the ledgers of the services of both. One reading at a time: two would mix the ends of one with the ledgers of the other. */
export class BookKeeper {
  readonly #options: BookKeeperOptions;
  readonly #sagas = new Map<string, KnownSaga>();
  #ours = empty;
  #byHand = empty;

  constructor(options: BookKeeperOptions) {
    this.#options = options;
  }

  /** First the ends, then the ledgers: what has ended then has all of its effects in them. */
  async read(orders: readonly LabOrder[]): Promise<Books> {
    const byHandEnds = new Map(orders.map(({ key, byHand }) => [key, byHand]));
    await this.#readSagas(orders);
    const { storeManager, payments, twin } = this.#options;
    const twinUrls = twin();
    [this.#ours, this.#byHand] = await Promise.all([
      readLedgers({ storeManager: storeManager(), payments: payments() }, this.#ours),
      twinUrls ? readLedgers(twinUrls, this.#byHand) : this.#byHand,
    ]);
    return {
      ours: this.#booksOfOurs(orders),
      byHand: this.#booksByHand(orders, byHandEnds),
      sagaOf: (id) => this.#sagas.get(id),
    };
  }

  #booksOfOurs(orders: readonly LabOrder[]): WorldState {
    const parts = partsIn(this.#ours);
    const rows = orders.map((order) => ({
      order,
      parts: parts.get(order.sagaId ?? "") ?? nothing,
      status: order.isRefused ? "refused" : (this.#sagas.get(order.sagaId ?? "")?.status ?? "running"),
    }));
    const count = (...wanted: readonly string[]) => rows.filter(({ status }) => wanted.includes(status)).length;
    const ends = {
      completed: count("completed"),
      undone: count("cancelled"),
      under_way: count("running"),
      needs_human: count("needs_intervention"),
      unanswered: 0,
      refused: count("refused"),
    };
    return worldOf(rows, ends, this.#ours.isCurrent);
  }

  #booksByHand(orders: readonly LabOrder[], ends: ReadonlyMap<string, LabOrder["byHand"]>): WorldState {
    const parts = partsIn(this.#byHand);
    const rows = orders.map((order) => ({
      order,
      parts: parts.get(order.key) ?? nothing,
      status: ends.get(order.key) ?? order.byHand,
    }));
    const count = (wanted: LabOrder["byHand"]) => rows.filter(({ status }) => status === wanted).length;
    const counted = {
      completed: count("completed"),
      undone: count("undone"),
      under_way: count("under-way"),
      needs_human: 0,
      unanswered: count("unanswered"),
      refused: 0,
    };
    return worldOf(rows, counted, this.#byHand.isCurrent);
  }

  /** Page after page, the newest first, until each order that has not ended was seen. While nobody answers, what was known before counts. */
  async #readSagas(orders: readonly LabOrder[]): Promise<void> {
    const missing = new Set(orders.flatMap(({ sagaId }) => (sagaId !== undefined && this.#isOpen(sagaId) ? [sagaId] : [])));
    let cursor: string | null = null;
    while (missing.size > 0) {
      const query: string = `limit=${PAGE}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await readJson(`${this.#options.orchestrator()}/sagas?${query}`, sagasSchema);
      for (const saga of page?.items ?? []) if (missing.delete(saga.saga_id)) this.#sagas.set(saga.saga_id, saga);
      if (!page?.next_cursor) return;
      cursor = page.next_cursor;
    }
  }

  #isOpen(sagaId: string): boolean {
    const status = this.#sagas.get(sagaId)?.status;
    return status !== "completed" && status !== "cancelled";
  }
}

interface Row {
  readonly order: LabOrder;
  readonly parts: Parts;
  readonly status: string;
}

/** Order by order: one that is at rest must have what its end says. */
function worldOf(all: readonly Row[], ends: WorldState["ends"], isCurrent: boolean): WorldState {
  return {
    sums: all.reduce((sum, { parts }) => add(sum, parts), nothing),
    ends,
    differences: all
      .filter(({ parts, status }) => {
        const said = saidBy[status];
        return said !== undefined && !addsUp(parts, said);
      })
      .map(({ order, parts }) => ({ number: order.number, ...parts, saga_id: order.sagaId ?? null })),
    is_current: isCurrent,
  };
}

function partsIn({ storeManager, payments }: Ledgers): ReadonlyMap<string, Parts> {
  return partsOfSagas([...storeManager, ...payments]);
}

/** The ledgers of both services; that of before where one does not answer. */
async function readLedgers(urls: MockUrls, before: Ledgers): Promise<Ledgers> {
  const [storeManager, payments] = await Promise.all(
    [urls.storeManager, urls.payments].map((url) => readJson(`${url}/control/ledger`, ledgerSchema)),
  );
  return {
    storeManager: storeManager?.items ?? before.storeManager,
    payments: payments?.items ?? before.payments,
    isCurrent: storeManager !== undefined && payments !== undefined,
  };
}

async function readJson<Value>(url: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(READ_WITHIN_MS) });
    return schema.parse(await reply.json());
  } catch {
    return undefined;
  }
}
