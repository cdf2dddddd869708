import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Stack } from "../stack.ts";
import { call } from "../wire.ts";
import type { Dice } from "./dice.ts";
import type { Traffic } from "./traffic.ts";

const INTERVAL_MS = 40;
/** Most faults that are set at once. There is one for each order that came meanwhile, so that most orders meet one on any machine. */
const FAULTS_MAX = 20;

/** Sets faults at both services until it is ended. */
export class Trouble {
  readonly #stack: Stack;
  readonly #dice: Dice;
  readonly #traffic: Pick<Traffic, "orders">;
  readonly #making: Promise<void>;
  #isEnding = false;

  constructor(stack: Stack, dice: Dice, traffic: Pick<Traffic, "orders">) {
    this.#stack = stack;
    this.#dice = dice;
    this.#traffic = traffic;
    this.#making = this.#make();
  }

  /** Deletes all faults. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#making;
    for (const { url } of [this.#stack.storeManager, this.#stack.payments]) {
      await fetch(`${url}/control/faults`, { method: "DELETE" });
    }
  }

  async #make(): Promise<void> {
    let seen = 0;
    while (!this.#isEnding) {
      const { orders } = this.#traffic;
      const due = Math.min(Math.max(1, orders - seen), FAULTS_MAX);
      seen = orders;
      await Promise.all(Array.from({ length: due }, () => this.#set()));
      await setTimeout(INTERVAL_MS);
    }
  }

  async #set(): Promise<void> {
    const [service, route] = this.#dice.one(
      [this.#stack.storeManager, "POST /orders"] as const,
      [this.#stack.storeManager, "GET /orders/{order_id}"] as const,
      [this.#stack.storeManager, "PUT /stocks"] as const,
      [this.#stack.storeManager, "DELETE /orders/{order_id}"] as const,
      [this.#stack.payments, "POST /payments"] as const,
    );
    await call(`${service.url}/control/faults`, z.unknown(), { route, times: this.#dice.between(1, 3), ...this.#fault() });
  }

  #fault(): object {
    return this.#dice.one<object>(
      { fault: "drop_before" },
      { fault: "drop_after" },
      { fault: "malformed" },
      { fault: "delay", delay_ms: this.#dice.between(20, 400) },
      { fault: "status", status: 503, retry_after_s: 0 },
      { fault: "status", status: 500 },
    );
  }
}
