import type { Controller } from "../definition/controller.ts";
import type { GateLimits } from "../engine/participant-gate.ts";
import type { Engine } from "../ports/engine.ts";
import type { CorrelationQuery, Journal } from "../ports/journal.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Happening } from "./happening.ts";

/** What a simulation needs of an engine. */
export type SimulatedEngine = Pick<
  Engine,
  "start" | "get" | "cancel" | "retry" | "resolve" | "signal" | "endWait" | "subscribe" | "drain" | "participants"
> & {
  /** Absent: it finds no saga by a correlation. */
  readonly signalBy?: Engine["signalBy"];
  /** Goes on with what an earlier life left. */
  readonly resume: () => Promise<unknown>;
};

/** One process that runs a simulated saga, until it is killed: its engine, its clock, and what it has written. */
export interface Life {
  readonly engine: SimulatedEngine;
  readonly clock: SimulatedClock;
  /** How many of its records a crash could lose. */
  readonly unwritten: number;
  /** Its state, beside the saga, that can affect the rest of the run. */
  readonly snapshot: unknown;
  /** It reports each record once, in the order of their numbers. Absent: a replay may report earlier ones again. */
  readonly reportsOnce?: true;
  /** The further faults of an engine of its kind. */
  readonly mishaps: readonly Happening[];
  /** Makes everything written so far durable. */
  readonly write: () => void | Promise<void>;
  /** Kills it after `kept` more of its records were written, and returns the remains. */
  readonly kill: (kept: number) => Remains;
}

/** What a life leaves to the next one. */
export interface Remains {
  /** The saga's events, as they were written. */
  readonly records: readonly { readonly text: string }[];
  readonly snapshot: unknown;
  /** The next process, a while later. */
  readonly live: (surroundings: Surroundings) => Life;
}

/** What a life finds around it. */
export interface Surroundings {
  /**
   * The definitions, with calls that go to the simulated participants.
   *
   * @param isLost whether the execution that makes a call is lost: others go on without it, and the monitor does not watch its calls.
   */
  readonly controllers: (isLost?: () => boolean) => readonly Controller[];
  /** The requests under way belong to a lost sender that still runs; another engine goes on with these records. */
  readonly lose: (records: Remains["records"]) => void;
  /** What a journal knows about ids that were given out again to other sagas. */
  readonly holderOf: Journal["holderOf"];
  /** What a journal knows about the correlations of other sagas. */
  readonly correlationHolder?: (query: CorrelationQuery) => string | undefined;
  readonly clock: SimulatedClock;
  readonly gateLimits: GateLimits;
  readonly onDefect: (error: unknown) => void;
}
