import { RateWindow } from "./rate-window.ts";

/** What is known of a line while sagas wait in it. */
export interface WaitingTime {
  /** After how long one more saga has made its calls at the participant, in milliseconds. */
  readonly throughMs: number;
  /** Since when it is measured, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * The sagas on their way whose next call is to one participant. Its rate is measured only while more of them are there than may call at a
 * time: with fewer it would say how many came, and not how many are possible.
 */
export class AdmissionLine {
  /** How many calls a saga makes at the participant. */
  calls = 0;
  readonly #windowMs: number;
  #length = 0;
  #window: RateWindow | undefined;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  join(): void {
    this.#length += 1;
  }

  /** @param enough with so many in the line, none of them waits. */
  leave(enough: number): void {
    this.#length -= 1;
    // What was measured under one load says nothing about the next one.
    if (this.#length < enough / 2) this.#window = undefined;
  }

  /** One of its calls was answered. */
  answered(now: number): void {
    this.#window?.add(now);
  }

  /** By Little's law; undefined if nobody waits. */
  waitingTime(sagas: number, enough: number, now: number): WaitingTime | undefined {
    if (this.#length < enough) return undefined;
    // The clock may have been set back.
    if (!this.#window || this.#window.since > now) this.#window = new RateWindow(this.#windowMs, now);
    return { throughMs: sagas * this.calls * this.#window.msEach(now), since: this.#window.since };
  }
}
