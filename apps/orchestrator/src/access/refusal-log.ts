import { getLogger } from "@logtape/logtape";
import type { Clock } from "saga-core";
import type { AccessRefused } from "saga-http";

/** So many refusals of one kind and one subject have a line of their own in this time, in milliseconds; further ones are counted. */
const LINES_MAX = 10;
const PERIOD_MS = 60_000;
/** A path is as long as its sender likes. */
const SHOWN_LENGTH = 200;

interface Counted {
  readonly until: number;
  count: number;
}

/** Logs who was refused what. Those who are refused decide how often, and must not fill the disk: repeated refusals are counted. */
export class RefusalLog {
  readonly #clock: Pick<Clock, "now">;
  readonly #log = getLogger(["orchestrator", "access"]);
  /** By the kind and the subject. Without an identity all senders are one: what they show is not who they are. */
  readonly #counted = new Map<string, Counted>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Nothing of the request but its path: what it shows may be a secret that was mistyped. */
  readonly log = (refused: AccessRefused): void => {
    const { problem, method, path, subject = "somebody", detail } = refused;
    const now = this.#clock.now();
    this.#closeBefore(now);
    const key = JSON.stringify([problem, subject]);
    const counted = this.#counted.get(key) ?? { until: now + PERIOD_MS, count: 0 };
    counted.count += 1;
    this.#counted.set(key, counted);
    if (counted.count > LINES_MAX) return;
    const facts = { problem, method, path: path.slice(0, SHOWN_LENGTH), subject, detail };
    this.#log.warn("{method} {path} of {subject} was refused ({problem}): {detail}", facts);
  };

  /** Logs how many were counted that have no line of their own. */
  readonly close = async (): Promise<void> => {
    this.#closeBefore(Number.POSITIVE_INFINITY);
  };

  #closeBefore(now: number): void {
    for (const [key, { until, count }] of this.#counted) {
      // Also where the clock was put back.
      if (until > now && until - now <= PERIOD_MS) continue;
      this.#counted.delete(key);
      if (count <= LINES_MAX) continue;
      const [problem, subject]: unknown[] = JSON.parse(key);
      const facts = { problem, subject, more: count - LINES_MAX };
      this.#log.warn("{more} more requests of {subject} were refused within a minute ({problem})", facts);
    }
  }
}
