import type { Controller } from "../definition/controller.ts";
import type { GateLimits } from "../engine/participant-gate.ts";
import type { Engine } from "../ports/engine.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Happening } from "./happening.ts";

/** What a simulation needs of an engine. */
export type SimulatedEngine = Pick<
  Engine,
  "start" | "get" | "cancel" | "retry" | "resolve" | "subscribe" | "drain" | "participants"
> & {
  /** Goes on with what an earlier life left. */
  readonly resume: () => Promise<unknown>;
};

/** One process that runs a simulated saga, until it is killed: its engine, its clock, and what it has written. */
export interface Life {
  readonly engine: SimulatedEngine;
  readonly clock: SimulatedClock;
  /** How many of its records a crash could lose. */
  readonly unwritten: number;
  /** What it knows, beside the saga, that makes a difference from here on. */
  readonly snapshot: unknown;
  /** What else can go wrong with an engine of its kind. */
  readonly mishaps: readonly Happening[];
  /** From here on nothing that was written can be lost. */
  readonly write: () => void | Promise<void>;
  /** It is killed, after so many more of its records were written: what is left of it. */
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
  /** The requests under way are those of somebody who is lost and does not know it; others go on with these records. */
  readonly lose: (records: Remains["records"]) => void;
  readonly clock: SimulatedClock;
  readonly gateLimits: GateLimits;
  readonly onDefect: (error: unknown) => void;
}
