import { RateWindow } from "./rate-window.ts";

/** The weight of one more call in the mean time of those that had to wait for no other. */
const WEIGHT = 1 / 8;

/** What is known of a line. */
export interface WaitingTime {
  /** After how long one more saga has made its calls at the participant, in milliseconds. */
  readonly throughMs: number;
  /** Since when it is measured, in milliseconds since the epoch; undefined: it is not, and the time of a call says it. */
  readonly since?: number;
}

/**
 * The sagas on their way whose next call is to one participant. Its rate is measured only while more of them are there than may call at a
 * time: with fewer it would say how many came, and not how many are possible.
 */
export class AdmissionLine {
  /** How many calls a saga makes at the participant. */
  calls = 0;
  readonly #callsInFlightMax: number;
  readonly #windowMs: number;
  #length = 0;
  #callMs: number | undefined;
  #window: RateWindow | undefined;

  constructor(callsInFlightMax: number, windowMs: number) {
    this.#callsInFlightMax = callsInFlightMax;
    this.#windowMs = windowMs;
  }

  /** How long a call takes that waits for no other, in milliseconds; undefined: none was answered yet. */
  get callMs(): number | undefined {
    return this.#callMs;
  }

  /** Whether each of them has a place for its call. */
  get isFlowing(): boolean {
    return this.#length <= this.#callsInFlightMax;
  }

  join(): void {
    this.#length += 1;
  }

  /** @param enough with so many in the line, none of them waits too long. */
  leave(enough: number): void {
    this.#length -= 1;
    // What was measured under one load says nothing about the next one.
    if (this.#length < enough / 2) this.#window = undefined;
  }

  /** One of its calls was answered. `callMs`: how long it took, if it had a place at once. */
  answered(now: number, callMs: number | undefined): void {
    this.#window?.add(now);
    if (callMs === undefined) return;
    this.#callMs = this.#callMs === undefined ? callMs : this.#callMs + (callMs - this.#callMs) * WEIGHT;
  }

  /** By Little's law, at the rate that is measured or at the one that the time of a call makes possible, whichever is lower. */
  waitingTime(sagas: number, enough: number, now: number): WaitingTime {
    const callMs = (this.#callMs ?? Number.POSITIVE_INFINITY) / this.#callsInFlightMax;
    if (this.#length < enough) return { throughMs: sagas * this.calls * callMs };
    // The clock may have been set back.
    if (!this.#window || this.#window.since > now) this.#window = new RateWindow(this.#windowMs, now);
    return { throughMs: sagas * this.calls * Math.max(callMs, this.#window.msEach(now)), since: this.#window.since };
  }
}
