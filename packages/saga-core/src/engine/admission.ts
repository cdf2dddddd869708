import { callTimeoutOf } from "../definition/call-timeout.ts";
import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, isWait } from "../definition/handler.ts";
import { AdmissionLine } from "./admission-line.ts";

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
      /** The deadline that one more could not keep. */
      readonly deadlineMs: number;
    };

/** Steps that stand under one deadline: those in a row under the saga's, or one that has its own, after which the saga's counts anew. */
interface Stretch {
  readonly deadlineMs: number;
  /** The line of each step. */
  readonly lines: AdmissionLine[];
}

interface Place {
  /** The index of the step that is not done. */
  readonly step: number;
  /** Since when it is at that step, if its call had a place at once. */
  readonly calledAt: number | undefined;
}

/**
 * Decides by what is measured whether one more saga of a definition could make its calls before its deadline (rule 9).
 *
 * A saga is on its way from its start until its pivot is done, or, without one, its last step; until it comes to a wait, after which its
 * deadline counts anew; until it has turned back; or until a call of it failed: then it waits for its participant and not for its turn. Where more of them are at a participant than may call it at a time, one
 * more is through after the time that the participant takes for the calls of all of them: Little's law.
 */
export class Admission {
  readonly #callsInFlightMax: number;
  /** How often, within the margin, a silent participant ends a call. */
  readonly #rounds: number;
  readonly #lines: readonly AdmissionLine[];
  /** The line of each step. */
  readonly #lineOf: readonly AdmissionLine[];
  readonly #stretches: readonly Stretch[];
  readonly #places = new Map<string, Place>();
  /** Those included that were admitted and have not begun. */
  #onTheirWay = 0;
  /** Failed calls in a row. */
  #failures = 0;
  /** Since when so many are on their way that some may wait. */
  #crowdedSince: number | undefined;

  constructor({ handlers, policy }: Controller, callsInFlightMax: number) {
    const end = handlers.findIndex((handler) => handler.kind === "pivot" || isWait(handler));
    const last = handlers[end];
    const awaited = handlers.slice(0, end < 0 ? handlers.length : last && isWait(last) ? end : end + 1);
    const deadlineOf = ({ patience }: AnyHandler) => patience?.deadlineMs ?? policy.deadlineMs;
    const rounds = awaited.map((handler) => Math.floor((deadlineOf(handler) * MARGIN) / callTimeoutOf(handler)));
    this.#callsInFlightMax = callsInFlightMax;
    this.#rounds = Math.max(1, Math.min(...rounds));
    const shortestMs = Math.min(policy.deadlineMs, ...awaited.map(deadlineOf));
    this.#lineOf = linesOf(awaited, callsInFlightMax, Math.min(WINDOW_MS_MAX, shortestMs * MARGIN));
    this.#lines = [...new Set(this.#lineOf)];
    this.#stretches = stretchesOf(awaited, this.#lineOf, policy.deadlineMs);
  }

  verdict(now: number): AdmissionVerdict {
    if (this.#onTheirWay < this.#enough) return { name: "admitted" };
    this.#crowdedSince = Math.min(this.#crowdedSince ?? now, now);
    const { throughMs, excessMs, deadlineMs, since = this.#crowdedSince } = this.#longestWait(now);
    if (excessMs <= 0) return { name: "admitted" };
    const usualMs = usualMsOf(this.#lineOf);
    const measuringMs = usualMs === undefined ? FIRST_MEASURING_MS : Math.max(MEASURING_MS, usualMs);
    const until = since + Math.min(measuringMs, deadlineMs * MARGIN);
    if (now < until) return { name: "measuring", until };
    return {
      name: "refused",
      onTheirWay: this.#onTheirWay,
      perSecond: ((this.#onTheirWay + 1) / throughMs) * 1_000,
      retryAfterMs: Math.min(excessMs, deadlineMs),
      deadlineMs,
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

  /** What is longest too late, by how much, and the deadline that it is too late for. */
  #longestWait(now: number): LongestWait {
    const waits = new Map(this.#lines.map((line) => [line, line.waitingTime(this.#onTheirWay + 1, this.#enough, now)]));
    const all = this.#stretches.flatMap(({ deadlineMs, lines }) => {
      const usualMs = Math.min(usualMsOf(lines) ?? 0, deadlineMs);
      return lines.map((line): LongestWait => {
        const { throughMs, since } = waits.get(line) ?? { throughMs: 0, since: undefined };
        const excessMs = throughMs - usualMs - (deadlineMs - usualMs) * MARGIN;
        return { throughMs, since, excessMs, deadlineMs };
      });
    });
    const none: LongestWait = { throughMs: 0, since: undefined, excessMs: -Infinity, deadlineMs: Infinity };
    return all.reduce((longest, each) => (each.excessMs > longest.excessMs ? each : longest), none);
  }
}

interface LongestWait {
  readonly throughMs: number;
  readonly since: number | undefined;
  /** How much longer it is than it may be. */
  readonly excessMs: number;
  readonly deadlineMs: number;
}

/** The time of calls that wait for no other, in milliseconds; undefined while a participant has not answered at all. */
function usualMsOf(lines: readonly AdmissionLine[]): number | undefined {
  let sum = 0;
  for (const { callMs } of lines) {
    if (callMs === undefined) return undefined;
    sum += callMs;
  }
  return sum;
}

/** Divides the steps by the deadlines under which they stand. */
function stretchesOf(handlers: readonly AnyHandler[], lineOf: readonly AdmissionLine[], deadlineMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  for (const [index, { patience }] of handlers.entries()) {
    const line = lineOf[index];
    if (!line) continue;
    if (patience?.deadlineMs !== undefined) {
      stretches.push({ deadlineMs: patience.deadlineMs, lines: [line] });
      open = undefined;
      continue;
    }
    if (!open) {
      open = { deadlineMs, lines: [] };
      stretches.push(open);
    }
    open.lines.push(line);
  }
  return stretches;
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
