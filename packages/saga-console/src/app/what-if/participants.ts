import { done, type Outcome, rejected, unavailable, unknown } from "saga-core";
import type { Call, JsonObject } from "saga-core/engine";
import type { Mishap } from "./trouble.ts";

/** How a call ends, and after how long. */
export interface CallEnd {
  readonly outcome: Outcome<JsonObject>;
  readonly afterMs: number;
}

/** Participants that do what they are asked for at once, apart from one trouble at one step. */
export class Participants {
  readonly #mishap: Mishap;
  readonly #callTimeoutMs: number;
  /** How often the step of the trouble was run. */
  #runs = 0;
  #isApplied = false;

  /** @param callTimeoutMs the deadline of each call of the step of the mishap. */
  constructor(mishap: Mishap, callTimeoutMs: number) {
    this.#mishap = mishap;
    this.#callTimeoutMs = callTimeoutMs;
  }

  answer({ type, step }: Pick<Call, "type" | "step">): CallEnd {
    if (step !== this.#mishap.step || type === "rollback") return atOnce;
    if (type === "probe") return this.#look();
    this.#runs += 1;
    const end = this.#run();
    this.#isApplied ||= end.outcome.outcome === "done" || this.#mishap.trouble === "cut";
    return end;
  }

  #run(): CallEnd {
    const isFirst = this.#runs === 1;
    const unanswered = { outcome: unknown(""), afterMs: this.#callTimeoutMs };
    switch (this.#mishap.trouble) {
      case "refused":
        return { outcome: rejected(""), afterMs: 0 };
      case "timed-out":
        return isFirst ? unanswered : atOnce;
      case "cut":
        return isFirst ? { outcome: unknown(""), afterMs: 0 } : atOnce;
      case "unreachable":
        return { outcome: unavailable(""), afterMs: 0 };
      case "silent":
        return unanswered;
      case "cancelled":
        return atOnce;
    }
  }

  /** Who never answers tells nothing of what he did either. */
  #look(): CallEnd {
    if (this.#mishap.trouble === "silent") return { outcome: unknown(""), afterMs: this.#callTimeoutMs };
    return this.#isApplied ? atOnce : { outcome: rejected(""), afterMs: 0 };
  }
}

const atOnce: CallEnd = { outcome: done({}), afterMs: 0 };
