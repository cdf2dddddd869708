import type { Action } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";

/** How a participant treats the call of a sick saga: it answers with a 429, or with a 500, or not at all. */
export type Way = "busy" | "failing" | "silent";

/** The call of a saga that its participant does not serve. */
export interface Sickness {
  readonly step: string;
  readonly action: Action;
  readonly way: Way;
  /** When it is over, in milliseconds after the beginning. `Infinity`: never. */
  readonly until: number;
}

/** A signal to a saga of a run. */
export interface PlannedSignal {
  readonly step: string;
  readonly signal: object;
  /** When it is sent first, in milliseconds after the beginning. */
  readonly at: number;
}

/** A saga of a run. Times are in milliseconds after the beginning. */
export interface PlannedSaga {
  readonly id: string;
  readonly definition: Controller;
  readonly customer: string;
  readonly startAt: number;
  /** Absent: it is healthy. */
  readonly sickness?: Sickness;
  /** The step that its participant refuses, for good. */
  readonly refusedStep?: string;
  /** The step whose rollback its participant refuses, for good. */
  readonly refusedRollback?: string;
  /** The signals that come for it, in no order. */
  readonly signals?: readonly PlannedSignal[];
  /** When a client cancels it. */
  readonly cancelAt?: number;
  /** When operators retry it. */
  readonly retriesAt: readonly number[];
}

/** A saga that has no place in the order of the starts yet. */
export type UnnamedSaga = Omit<PlannedSaga, "id">;

/** A time in which something is not there, in milliseconds after the beginning. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

export interface Silence extends Window {
  readonly participant: string;
}

/** Everything that is decided before a run. */
export interface Plan {
  /** In the order of their starts. */
  readonly sagas: readonly PlannedSaga[];
  /** The process is killed, and another one starts later. */
  readonly outages: readonly Window[];
  /** The disk writes nothing. */
  readonly stalls: readonly Window[];
  /** A participant answers nobody. */
  readonly silences: readonly Silence[];
}
