import { callTimeoutOf } from "../definition/call-timeout.ts";
import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import type { Clock } from "../ports/clock.ts";
import type { Call } from "../transition/command.ts";

/** When an engine stops, and so which calls may still begin: none whose deadline is later. */
export class Stop {
  readonly #clock: Clock;
  #at = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The engine stops within `graceMs` milliseconds. Returns the instant, in milliseconds since the epoch. */
  begin(graceMs: number): number {
    this.#at = this.#clock.now() + graceMs;
    return this.#at;
  }

  get hasBegun(): boolean {
    return this.#at < Number.POSITIVE_INFINITY;
  }

  /** Whether a call that began now would end in time. Not made, it is not in doubt, and the next start makes it. */
  leavesTimeFor(controller: Controller, { step }: Pick<Call, "step">): boolean {
    return !this.hasBegun || this.#clock.now() + callTimeoutOf(handlerOf(controller, step)) <= this.#at;
  }
}
