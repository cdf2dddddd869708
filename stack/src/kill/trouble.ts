import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Stack } from "../stack.ts";
import { call } from "../wire.ts";
import type { Dice } from "./dice.ts";

const EVERY_MS = 40;

/** Keeps setting faults at both services until it is ended. */
export class Trouble {
  readonly #stack: Stack;
  readonly #dice: Dice;
  readonly #making: Promise<void>;
  #isEnding = false;

  constructor(stack: Stack, dice: Dice) {
    this.#stack = stack;
    this.#dice = dice;
    this.#making = this.#make();
  }

  /** Takes all faults away. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#making;
    for (const { url } of [this.#stack.storeManager, this.#stack.payments]) {
      await fetch(`${url}/control/faults`, { method: "DELETE" });
    }
  }

  async #make(): Promise<void> {
    while (!this.#isEnding) {
      const [service, route] = this.#dice.one(
        [this.#stack.storeManager, "POST /orders"] as const,
        [this.#stack.storeManager, "GET /orders/{order_id}"] as const,
        [this.#stack.storeManager, "PUT /stocks"] as const,
        [this.#stack.storeManager, "DELETE /orders/{order_id}"] as const,
        [this.#stack.payments, "POST /payments"] as const,
      );
      await call(`${service.url}/control/faults`, z.unknown(), { route, times: this.#dice.between(1, 3), ...this.#fault() });
      await setTimeout(EVERY_MS);
    }
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
