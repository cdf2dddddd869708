import type { Controller } from "../definition/controller.ts";
import type { Engine, ParticipantState } from "../ports/engine.ts";
import type { Random } from "../ports/random.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Saga } from "../transition/saga.ts";

/** What a simulation of many sagas needs of an engine. */
export type SharedEngine = Pick<Engine, "start" | "cancel" | "retry" | "resolve" | "subscribe"> & {
  /** Absent: it runs no definition with waits. */
  readonly signal?: Engine["signal"];
  /** Goes on with what an earlier process left. */
  readonly resume: () => Promise<unknown>;
};

/** What a journal holds of one saga. */
export interface KeptSaga {
  readonly records: readonly { readonly text: string }[];
  /** The saga after the last of them. */
  readonly saga: Saga;
}

/** One process that runs many sagas, until it is killed. */
export interface SharedProcess {
  readonly engine: SharedEngine;
  /** How many of its records a crash could lose. */
  readonly unwritten: number;
  /** How many timers of it are set. */
  readonly timers: number;
  /** What its journal holds by saga, the unwritten records included. */
  readonly kept: ReadonlyMap<string, KeptSaga>;
  /** Makes everything written so far durable. */
  readonly write: () => void | Promise<void>;
  /** Kills it after `written` more of its records were written, and returns the remains. */
  readonly kill: (written: number) => SharedRemains;
}

/** What a process leaves to the next one. */
export interface SharedRemains {
  /** Its engine takes signals. Absent: no saga of a run waits for one. */
  readonly takesSignals?: true;
  /** It reports each record once, in the order of their numbers. Absent: a replay may report earlier ones again. */
  readonly reportsOnce?: true;
  /** Whether its journal compacts the repeated failures of a call. */
  readonly isCompacting: boolean;
  readonly kept: ReadonlyMap<string, KeptSaga>;
  /** The next process. */
  readonly live: (surroundings: SharedSurroundings) => SharedProcess;
}

/** What a process of many sagas finds around it. */
export interface SharedSurroundings {
  readonly controllers: readonly Controller[];
  readonly clock: SimulatedClock;
  readonly random: Random;
  /** The id of the saga that starts now. */
  readonly newId: () => string;
  readonly onDefect: (error: unknown, sagaId: string) => void;
  /** The circuit of a participant opens, half-opens or closes. */
  readonly onCircuit: (state: ParticipantState) => void;
}
