import { callTimeoutOf } from "../definition/call-timeout.ts";
import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import { AdmissionLine, type WaitingTime } from "./admission-line.ts";

/** For how long a start may wait until it is known how fast sagas get through, in milliseconds; longer where a saga usually takes longer. */
const MEASURING_MS = 1_000;
/** The same while a participant has not answered at all since this process began. */
const FIRST_MEASURING_MS = 3_000;
/** The longest time that a rate is measured over, in milliseconds. */
const WINDOW_MS_MAX = 10_000;
/** A saga is admitted if it is through after this part of the time that delays may take. The rest is for what nobody foresees. */
const MARGIN = 0.5;
/** How many calls in a row that failed say that the participant does not answer. */
const FAILURES = 5;
/** How many first attempts a silent participant gets at a time. */
const ATTEMPTS_AT_SILENT = 8;

/** Whether one more saga of a definition may start now. `measuring`: that is known at `until` or before. Times are in milliseconds. */
export type AdmissionVerdict =
  | { readonly name: "admitted" }
  | { readonly name: "measuring"; readonly until: number }
  | {
      readonly name: "refused";
      /** How many sagas are on their way. */
      readonly onTheirWay: number;
      /** How many of them get through in a second, by what is measured. */
      readonly perSecond: number;
      /** After how long one more may start, if that rate holds. */
      readonly retryAfterMs: number;
    };

interface Place {
  /** The index of the step that is not done. */
  readonly step: number;
  /** Since when it is at that step, if its call had a place at once. */
  readonly calledAt: number | undefined;
}

/**
 * Decides by what is measured whether one more saga of a definition could make its calls before its deadline (rule 9).
 *
 * A saga is on its way from its start until its pivot is done, or, without one, its last step; until it has turned back; or until a call of
 * it failed: then it waits for its participant and not for its turn. Where more of them are at a participant than may call it at a time, one
 * more is through after the time that the participant takes for the calls of all of them: Little's law.
 */
export class Admission {
  readonly deadlineMs: number;
  readonly #callsInFlightMax: number;
  /** How often, within the margin, a silent participant ends a call. */
  readonly #rounds: number;
  readonly #lines: readonly AdmissionLine[];
  /** The line of each step. */
  readonly #lineOf: readonly AdmissionLine[];
  readonly #places = new Map<string, Place>();
  /** Those included that were admitted and have not begun. */
  #onTheirWay = 0;
  /** Failed calls in a row. */
  #failures = 0;
  /** Since when so many are on their way that some may wait. */
  #crowdedSince: number | undefined;

  constructor({ handlers, policy }: Controller, callsInFlightMax: number) {
    const pivot = handlers.findIndex(({ kind }) => kind === "pivot");
    const awaited = handlers.slice(0, pivot < 0 ? handlers.length : pivot + 1);
    this.deadlineMs = policy.deadlineMs;
    this.#callsInFlightMax = callsInFlightMax;
    this.#rounds = Math.max(1, Math.floor((policy.deadlineMs * MARGIN) / Math.max(...awaited.map(callTimeoutOf))));
    this.#lineOf = linesOf(awaited, callsInFlightMax, Math.min(WINDOW_MS_MAX, policy.deadlineMs * MARGIN));
    this.#lines = [...new Set(this.#lineOf)];
  }

  verdict(now: number): AdmissionVerdict {
    if (this.#onTheirWay < this.#enough) return { name: "admitted" };
    this.#crowdedSince = Math.min(this.#crowdedSince ?? now, now);
    const { throughMs, since = this.#crowdedSince } = this.#longestWait(now);
    const known = this.#usualMs;
    const usualMs = Math.min(known ?? 0, this.deadlineMs);
    const excessMs = throughMs - usualMs - (this.deadlineMs - usualMs) * MARGIN;
    if (excessMs <= 0) return { name: "admitted" };
    const measuringMs = known === undefined ? FIRST_MEASURING_MS : Math.max(MEASURING_MS, usualMs);
    const until = since + Math.min(measuringMs, this.deadlineMs * MARGIN);
    if (now < until) return { name: "measuring", until };
    return {
      name: "refused",
      onTheirWay: this.#onTheirWay,
      perSecond: ((this.#onTheirWay + 1) / throughMs) * 1_000,
      retryAfterMs: Math.min(excessMs, this.deadlineMs),
    };
  }

  /** Reserves the place of a saga that is admitted. `begin` or `withdraw` follows. */
  reserve(): void {
    this.#onTheirWay += 1;
    this.#lineOf[0]?.join();
  }

  /** The saga that was admitted begins. */
  begin(sagaId: string, now: number): void {
    this.#places.set(sagaId, { step: 0, calledAt: this.#lineOf[0]?.isFlowing ? now : undefined });
  }

  /** The start that was admitted makes no saga after all. */
  withdraw(): void {
    this.#depart(0);
  }

  /** A saga of the definition got a clear answer, be it on its way or not. `next`: the index of the step that it is at now. */
  answered(sagaId: string, next: number, now: number): void {
    this.#failures = 0;
    const place = this.#places.get(sagaId);
    if (!place || next <= place.step) return;
    const line = this.#lineOf[place.step];
    line?.answered(now, place.calledAt === undefined ? undefined : now - place.calledAt);
    const nextLine = this.#lineOf[next];
    if (!nextLine) {
      this.leave(sagaId);
      return;
    }
    line?.leave(this.#enough);
    nextLine.join();
    this.#places.set(sagaId, { step: next, calledAt: nextLine.isFlowing ? now : undefined });
  }

  /** A call of a saga of the definition failed, be it on its way or not. */
  failed(sagaId: string): void {
    this.#failures += 1;
    this.leave(sagaId);
  }

  /** The saga is on its way no longer. */
  leave(sagaId: string): void {
    const place = this.#places.get(sagaId);
    if (!place) return;
    this.#places.delete(sagaId);
    this.#depart(place.step);
  }

  #depart(step: number): void {
    this.#onTheirWay -= 1;
    this.#lineOf[step]?.leave(this.#enough);
    if (this.#onTheirWay < this.#enough / 2) this.#crowdedSince = undefined;
  }

  /**
   * So many at a participant make their call in time, even if it is silent: as many as may call it at a time, and then a few each time that
   * those have met their deadline.
   */
  get #enough(): number {
    const later = Math.min(ATTEMPTS_AT_SILENT, this.#callsInFlightMax);
    return this.#failures < FAILURES ? this.#callsInFlightMax + later * (this.#rounds - 1) : later * this.#rounds;
  }

  /** The time of a saga whose calls wait for no other, in milliseconds; undefined while a participant has not answered at all. */
  get #usualMs(): number | undefined {
    let sum = 0;
    for (const { usualMs } of this.#lines) {
      if (usualMs === undefined) return undefined;
      sum += usualMs;
    }
    return sum;
  }

  #longestWait(now: number): WaitingTime {
    const waiting = this.#lines.map((line) => line.waitingTime(this.#onTheirWay + 1, this.#enough, now));
    return waiting.reduce((longest, each) => (each.throughMs > longest.throughMs ? each : longest), { throughMs: 0 });
  }
}

/** Gives each step the line of its participant. */
function linesOf(handlers: readonly AnyHandler[], callsInFlightMax: number, windowMs: number): readonly AdmissionLine[] {
  const lines = new Map<string, AdmissionLine>();
  return handlers.map(({ participant: { name } }) => {
    const line = lines.get(name) ?? new AdmissionLine(callsInFlightMax, windowMs);
    lines.set(name, line);
    line.calls += 1;
    return line;
  });
}
