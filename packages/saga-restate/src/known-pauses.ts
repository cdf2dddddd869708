import { setTimeout } from "node:timers/promises";
import type { Clock, Pause } from "saga-core";
import type { RestateIngress } from "./restate-ingress.ts";

/** So long a process relies on what it knows of the pauses. */
const KNOWN_MS = 1_000;

/**
 * The pauses of definitions, which all processes share. Each asks for them when what it knows is a second old; whoever pauses one is told when
 * that second is over everywhere, so that from then on none starts.
 */
export class KnownPauses {
  readonly #ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">;
  readonly #clock: Clock;
  #known: { readonly pauses: Promise<readonly Pause[]>; readonly askedAt: number } | undefined;

  constructor(ingress: Pick<RestateIngress, "pauses" | "beginPause" | "endPause">, clock: Clock) {
    this.#ingress = ingress;
    this.#clock = clock;
  }

  async now(): Promise<readonly Pause[]> {
    const now = this.#clock.now();
    const known = this.#known;
    if (known && now >= known.askedAt && now - known.askedAt < KNOWN_MS) return await known.pauses;
    const pauses = this.#ingress.pauses();
    this.#known = { pauses, askedAt: now };
    try {
      return await pauses;
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  async begin(pause: Pause, requestId: string): Promise<void> {
    await this.#ingress.beginPause(pause, requestId);
    this.#known = undefined;
    await setTimeout(KNOWN_MS);
  }

  async end(definition: string, requestId: string): Promise<void> {
    await this.#ingress.endPause(definition, requestId);
    this.#known = undefined;
  }
}
