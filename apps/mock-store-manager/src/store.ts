export interface Product {
  readonly id: number;
  readonly name: string;
  readonly sku: string;
  readonly price: number;
}

export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

export interface OrderItem {
  readonly product_id: number;
  readonly quantity: number;
}

export interface Order {
  readonly order_id: number;
  readonly user_id: number;
  readonly items: readonly OrderItem[];
  /** A decimal number with two places, as in the existing service. */
  readonly total_amount: string;
  readonly is_paid: boolean;
  readonly payment_link: string;
}

export const users: readonly User[] = [
  { id: 1, name: "Ada Lovelace", email: "alovelace@example.com" },
  { id: 2, name: "Adele Goldberg", email: "agoldberg@example.com" },
  { id: 3, name: "Alan Turing", email: "aturing@example.com" },
];

export const products: readonly Product[] = [
  { id: 1, name: "Laptop ABC", sku: "LP12567", price: 1999.99 },
  { id: 2, name: "Keyboard DEF", sku: "KB67890", price: 59.5 },
  { id: 3, name: "Gadget XYZ", sku: "GG12345", price: 5.75 },
  { id: 4, name: "27-inch Screen WYZ", sku: "SC27289", price: 299.75 },
];

const initialStock: readonly (readonly [number, number])[] = [
  [1, 1000],
  [2, 500],
  [3, 2],
  [4, 90],
];

export interface StoreOptions {
  /**
   * Adds the defects of the existing service: it never refuses for lack of stock, still shows a deleted order from its cache, and caches the
   * payment link of an order that does not exist (docs/participants.md).
   */
  readonly isForgetful: boolean;
  /** Gives the id of a deleted order out again if it was the newest one, like MySQL before version 8 that was restarted. */
  readonly reusesIds: boolean;
}

/** An order as a read shows it, with only the members that exist. */
export type ShownOrder = Pick<Order, "payment_link"> & Partial<Order>;

/** Orders and stock, in memory. Every change is made completely or not at all. */
export class Store {
  readonly #isForgetful: boolean;
  readonly #reusesIds: boolean;
  #orders = new Map<number, Order>();
  /** Orders that are shown although they do not exist. */
  #cache = new Map<number, ShownOrder>();
  #stock = new Map(initialStock);
  /** An id is never reused, not even after a deletion, unless the options say so. */
  #lastOrderId = 0;

  constructor({ isForgetful, reusesIds }: StoreOptions) {
    this.#isForgetful = isForgetful;
    this.#reusesIds = reusesIds;
  }

  reset(): void {
    this.#orders = new Map();
    this.#cache = new Map();
    this.#stock = new Map(initialStock);
    this.#lastOrderId = 0;
  }

  get orders(): readonly Order[] {
    return [...this.#orders.values()];
  }

  get stock(): ReadonlyMap<number, number> {
    return this.#stock;
  }

  order(id: number | undefined): ShownOrder | undefined {
    return id === undefined ? undefined : (this.#orders.get(id) ?? this.#cache.get(id));
  }

  /** @returns undefined if a product is unknown. */
  addOrder(userId: number, items: readonly OrderItem[]): Order | undefined {
    const prices = items.map(({ product_id }) => products.find(({ id }) => id === product_id)?.price);
    if (prices.includes(undefined)) return undefined;
    const cents = items.reduce((sum, { quantity }, index) => sum + quantity * Math.round((prices[index] ?? 0) * 100), 0);
    this.#lastOrderId = (this.#reusesIds ? Math.max(0, ...this.#orders.keys()) : this.#lastOrderId) + 1;
    const order: Order = {
      order_id: this.#lastOrderId,
      user_id: userId,
      items,
      total_amount: (cents / 100).toFixed(2),
      is_paid: false,
      payment_link: "",
    };
    this.#orders.set(order.order_id, order);
    return order;
  }

  removeOrder(id: number | undefined): boolean {
    const order = id === undefined ? undefined : this.#orders.get(id);
    if (!order) return false;
    if (this.#isForgetful) this.#cache.set(order.order_id, order);
    return this.#orders.delete(order.order_id);
  }

  changeOrder(id: number, change: Partial<Pick<Order, "is_paid" | "payment_link">>): boolean {
    const order = this.#orders.get(id);
    if (order) this.#orders.set(id, { ...order, ...change });
    else if (this.#isForgetful) this.#cache.set(id, { payment_link: "", ...this.#cache.get(id), ...change });
    return order !== undefined;
  }

  setStock(productId: number, quantity: number): void {
    this.#stock.set(productId, quantity);
  }

  /** @returns the id of a product without enough stock, in which case nothing is moved; otherwise undefined. */
  moveStock(items: readonly OrderItem[], sign: 1 | -1): number | undefined {
    const moved = new Map(this.#stock);
    for (const { product_id, quantity } of items) {
      const left = (moved.get(product_id) ?? 0) + sign * quantity;
      if (left < 0 && !this.#isForgetful) return product_id;
      moved.set(product_id, left);
    }
    this.#stock = moved;
    return undefined;
  }
}
