import { z } from "zod";

/** How many of each part an order has, at the two services together. */
export interface Parts {
  readonly orders: number;
  readonly stock: number;
  readonly payments: number;
}

export const nothing: Parts = { orders: 0, stock: 0, payments: 0 };

const ledgerEntry = z.looseObject({ route: z.string(), key: z.string().nullable(), body: z.unknown() });

/** The reply to `GET /control/ledger` of a mock. */
export const ledgerSchema = z.object({ items: z.array(ledgerEntry) });

export type LedgerEntry = z.output<typeof ledgerEntry>;

const stockMove = z.looseObject({ items: z.array(z.looseObject({ quantity: z.int() })), operation: z.enum(["+", "-"]) });

/**
 * What is left of each saga's effects, by what stands before the first slash of their keys. The services' own states do not say whose an effect is;
 * their ledgers do.
 */
export function partsOfSagas(entries: readonly LedgerEntry[]): ReadonlyMap<string, Parts> {
  const found = new Map<string, Parts>();
  for (const entry of entries) {
    const saga = entry.key?.split("/")[0];
    if (saga === undefined) continue;
    found.set(saga, add(found.get(saga) ?? nothing, effectOf(entry)));
  }
  return found;
}

function effectOf({ route, body }: LedgerEntry): Parts {
  switch (route) {
    case "POST /orders":
      return { ...nothing, orders: 1 };
    case "DELETE /orders/{order_id}":
      return { ...nothing, orders: -1 };
    case "PUT /stocks": {
      const { items, operation } = stockMove.parse(body);
      const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
      return { ...nothing, stock: operation === "-" ? pieces : -pieces };
    }
    case "POST /payments":
      return { ...nothing, payments: 1 };
    default:
      return nothing;
  }
}

export function add(one: Parts, other: Parts): Parts {
  return { orders: one.orders + other.orders, stock: one.stock + other.stock, payments: one.payments + other.payments };
}

/** What an order has by what its orchestrator said of it; `unknown`: nobody was told. */
export type Said = "whole" | "nothing" | "unknown";

/** Whether an order of one piece has each of its parts once, or none, as was said of it. */
export function addsUp({ orders, stock, payments }: Parts, said: Said): boolean {
  const wanted = { whole: [1], nothing: [0], unknown: [0, 1] }[said];
  return wanted.includes(orders) && stock === orders && payments === orders;
}
