import type { RestCounts } from "./auto-pause.ts";

/** The window slides by this part of its length, so that it needs a bounded memory however many sagas come to rest. */
const SLOTS = 30;

interface Slot {
  readonly number: number;
  readonly needHuman: number;
  readonly all: number;
}

/** Counts the sagas that came to rest lately: none of those that did so longer ago than `windowMs`. */
export class RestWindow {
  readonly #slotMs: number;
  #slots: readonly Slot[] = [];

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS;
  }

  /** Counts a saga that came to rest at `at`; both times are in milliseconds since the epoch. */
  add(at: number, needsHuman: boolean, now: number): void {
    const number = this.#slotOf(Math.min(at, now));
    const { needHuman, all } = this.#slots.find((slot) => slot.number === number) ?? { needHuman: 0, all: 0 };
    const slot = { number, needHuman: needHuman + (needsHuman ? 1 : 0), all: all + 1 };
    const others = this.#slots.filter((each) => each.number !== number);
    this.#slots = this.#within([...others, slot], now);
  }

  counts(now: number): RestCounts {
    const slots = this.#within(this.#slots, now);
    const sum = (count: (slot: Slot) => number) => slots.reduce((total, slot) => total + count(slot), 0);
    return { needHuman: sum(({ needHuman }) => needHuman), all: sum(({ all }) => all) };
  }

  /** Slots of the future are there after the clock was set back: their time is not known. */
  #within(slots: readonly Slot[], now: number): readonly Slot[] {
    const last = this.#slotOf(now);
    return slots.filter(({ number }) => number > last - SLOTS && number <= last);
  }

  #slotOf(at: number): number {
    return Math.floor(at / this.#slotMs);
  }
}
