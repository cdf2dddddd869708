import type { PaymentState, StoreState } from "./wire.ts";

/** The totals of both services, and their contradictions. */
export interface Sums {
  readonly orders: number;
  readonly payments: number;
  readonly stockTaken: Readonly<Record<string, number>>;
  /** Empty when each order has its stock and its payment, and there are no others. */
  readonly disagreements: readonly string[];
}

/** Adds up orders, stock and payments: each order must have all of its parts or none. */
export function addUp(before: StoreState, after: StoreState, { payments }: PaymentState): Sums {
  const stockTaken = takenBetween(before, after);
  const ordered = new Map<string, number>();
  for (const { items } of after.orders) {
    for (const { product_id, quantity } of items)
      ordered.set(String(product_id), (ordered.get(String(product_id)) ?? 0) + quantity);
  }
  const products = new Set([...Object.keys(stockTaken), ...ordered.keys()]);
  return {
    orders: after.orders.length,
    payments: payments.length,
    stockTaken,
    disagreements: [
      ...[...products]
        .filter((product) => (stockTaken[product] ?? 0) !== (ordered.get(product) ?? 0))
        .map(
          (product) =>
            `of product ${product}, ${ordered.get(product) ?? 0} are ordered and ${stockTaken[product] ?? 0} are taken`,
        ),
      ...after.orders.flatMap((order) => {
        const own = payments.filter((payment) => payment.order_id === order.order_id);
        const isPaid = own.length === 1 && own[0]?.total_amount === order.total_amount && own[0]?.user_id === order.user_id;
        return isPaid ? [] : [`order ${order.order_id} of ${order.total_amount} has ${own.length} payments of its own`];
      }),
      ...payments
        .filter(({ order_id }) => !after.orders.some((order) => order.order_id === order_id))
        .map(({ payment_id, order_id }) => `payment ${payment_id} is for order ${order_id}, which does not exist`),
    ],
  };
}

function takenBetween(before: StoreState, after: StoreState): Record<string, number> {
  const taken = Object.entries(before.stock).map(
    ([product, quantity]) => [product, quantity - (after.stock[product] ?? 0)] as const,
  );
  return Object.fromEntries(taken.filter(([, quantity]) => quantity !== 0));
}
