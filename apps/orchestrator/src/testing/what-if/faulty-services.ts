import type { Mishap } from "saga-console/what-if";
import { type Attempt, done, type Outcome, type ReadAttempt, rejected, unavailable, unknown } from "saga-core";
import { Payments } from "../../participants/payments.ts";
import { StoreManager } from "../../participants/store-manager.ts";

const nowhere = { url: "http://127.0.0.1:1", callTimeoutMs: 5_000 } as const;

/** What a test has both services do, and what they did. */
export class FaultyServices {
  readonly storeManager: StoreManager;
  readonly payments: Payments;
  /** The effects that were applied, in their order. */
  readonly effects: string[] = [];
  /** Cancels the saga, for the mishap in which a person does. */
  cancel: (sagaId: string) => Promise<void> = async () => undefined;
  readonly #mishap: Mishap;
  readonly #keyed: boolean;
  readonly #answers = new Map<string, Outcome<object>>();
  #runs = 0;

  constructor(mishap: Mishap, keyed: boolean) {
    this.#mishap = mishap;
    this.#keyed = keyed;
    this.storeManager = new FaultyStoreManager(this, keyed);
    this.payments = new FaultyPayments(this, keyed);
  }

  async run<Gives extends object>(step: string, gives: Gives, attempt: Attempt | ReadAttempt): Promise<Outcome<Gives>> {
    const key = "key" in attempt ? attempt.key : undefined;
    if (step !== this.#mishap.step) return this.#apply(`${step}/run`, key, gives);
    this.#runs += 1;
    const isFirst = this.#runs === 1;
    switch (this.#mishap.trouble) {
      case "refused":
        return rejected("no");
      case "unreachable":
        return unavailable("no connection");
      case "silent":
        return await unanswered(attempt.signal);
      case "timed-out":
        return isFirst ? await unanswered(attempt.signal) : this.#apply(`${step}/run`, key, gives);
      case "cut": {
        const answer = this.#apply(`${step}/run`, key, gives);
        return isFirst ? unknown("the connection was cut") : answer;
      }
      case "cancelled":
        await this.cancel(attempt.sagaId);
        return this.#apply(`${step}/run`, key, gives);
    }
  }

  rollback(step: string, { key }: Attempt): Outcome {
    this.#apply(`${step}/rollback`, key, {});
    return done();
  }

  /** With keys, the first answer is the answer. A read has no effect. */
  #apply<Gives extends object>(effect: string, key: string | undefined, gives: Gives): Outcome<Gives> {
    const isKnown = this.#keyed && key !== undefined && this.#answers.has(key);
    if (key !== undefined) this.#answers.set(key, done(gives));
    if (!isKnown && key !== undefined) this.effects.push(effect);
    return done(gives);
  }
}

async function unanswered(signal: AbortSignal): Promise<Outcome<never>> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return unknown("aborted");
}

class FaultyStoreManager extends StoreManager {
  readonly #services: FaultyServices;

  constructor(services: FaultyServices, keyed: boolean) {
    super({ ...nowhere, keyed });
    this.#services = services;
  }

  override createOrder(_order: object, attempt: Attempt) {
    return this.#services.run("create-order", { order_id: 7 }, attempt);
  }

  override decreaseStock(_items: object, attempt: Attempt): Promise<Outcome> {
    return this.#services.run("decrease-stock", {}, attempt);
  }

  override readTotalAmount(_orderId: number, attempt: ReadAttempt) {
    return this.#services.run("read-amount", { total_amount: 12.5 }, attempt);
  }

  override async increaseStock(_items: object, attempt: Attempt) {
    return this.#services.rollback("decrease-stock", attempt);
  }

  override async deleteOrder(_orderId: number, attempt: Attempt) {
    return this.#services.rollback("create-order", attempt);
  }
}

class FaultyPayments extends Payments {
  readonly #services: FaultyServices;

  constructor(services: FaultyServices, keyed: boolean) {
    super({ ...nowhere, keyed });
    this.#services = services;
  }

  override createPayment(_payment: object, attempt: Attempt) {
    return this.#services.run("create-payment", { payment_id: 3 }, attempt);
  }
}
