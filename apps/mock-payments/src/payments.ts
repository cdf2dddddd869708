export interface Payment {
  readonly payment_id: number;
  readonly order_id: number;
  readonly user_id: number;
  readonly total_amount: number;
  readonly is_paid: boolean;
}

/** Payment intents, in memory, and the users whose payments are refused. */
export class Payments {
  #payments = new Map<number, Payment>();
  #refusedUsers: readonly number[] = [];

  reset(): void {
    this.#payments = new Map();
    this.#refusedUsers = [];
  }

  get all(): readonly Payment[] {
    return [...this.#payments.values()];
  }

  get refusedUsers(): readonly number[] {
    return this.#refusedUsers;
  }

  refuse(users: readonly number[]): void {
    this.#refusedUsers = users;
  }

  payment(id: number | undefined): Payment | undefined {
    return id === undefined ? undefined : this.#payments.get(id);
  }

  add(payment: Pick<Payment, "order_id" | "user_id" | "total_amount">): Payment {
    const added = { payment_id: this.#payments.size + 1, ...payment, is_paid: false };
    this.#payments.set(added.payment_id, added);
    return added;
  }

  process(id: number | undefined): Payment | undefined {
    const payment = this.payment(id);
    if (!payment) return undefined;
    const paid = { ...payment, is_paid: true };
    this.#payments.set(paid.payment_id, paid);
    return paid;
  }
}
