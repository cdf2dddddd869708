import type {
  AutoPause,
  AutoPauseListener,
  Clock,
  Controller,
  GateLimits,
  Observer,
  ParticipantState,
  Random,
  SagaListener,
} from "saga-core";

/** The options of a `RestateEngine`. */
export interface RestateEngineOptions<Registered extends Controller = Controller> {
  /** The definitions this process serves, old versions with open sagas included. */
  readonly controllers: readonly Registered[];
  /** Where Restate takes requests, for instance `http://127.0.0.1:8080`. */
  readonly ingressUrl: string;
  /** Where Restate is administered and queried, for instance `http://127.0.0.1:9070`. */
  readonly adminUrl: string;
  /** The prefix of this installation's service names in Restate. Two installations on one Restate need different ones. */
  readonly namespace: string;
  /** The wall clock: `now` in milliseconds since the epoch. */
  readonly clock: Clock;
  /** Spreads retries: a number from 0 to 1, for instance `Math.random`. */
  readonly random: Random;
  /** Returns an id that sorts after all earlier ones: a UUIDv7. */
  readonly newId: () => string;
  /** The number of sagas that callers of this process may wait for; further starts are refused as overload. */
  readonly sagasInFlightMax: number;
  /** How many calls this process makes at once to a participant, and when its circuit opens. Default: `defaultGateLimits`. */
  readonly gateLimits?: GateLimits;
  /** When a definition pauses itself; `defaultAutoPause` has usual numbers. The pause is one for all processes, the count is this process's own. Default: never. */
  readonly autoPause?: AutoPause;
  /** Called when this process has paused a definition so, and when it ends such a pause because its trials needed nobody. Default: nothing. */
  readonly onAutoPause?: AutoPauseListener;
  /** How long a signal waits for a saga with its correlation, in milliseconds. Default: 5 seconds. */
  readonly signalWaitMsMax?: number;
  /** How many signals wait so at a time in this process; a further one is refused (`overloaded`). Default: 1,000. */
  readonly signalsWaitingMax?: number;
  /** How long an ended saga and its Idempotency-Key are kept, in milliseconds. */
  readonly retention: { readonly sagasMs: number; readonly keysMs: number };
  /**
   * A clock for the deletion of keys: the `DeletionClock` of saga-clock, which gives undefined while it may be wrong. Restate deletes ended sagas
   * by its own clock. Default: `clock`, which is then believed at once.
   */
  readonly deletionTime?: { now(): number | undefined };
  /** Called with every error that only a change of code or data mends. The id is empty where it concerns no single saga. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
  /** Called when a participant's circuit changes. Default: nothing. */
  readonly onCircuit?: (state: ParticipantState) => void;
  /** What is told of everything that happens in this process, for metrics, traces and logs. Default: nothing. */
  readonly observers?: readonly Observer[];
  /** Called with every event of the sagas that run in this process; again where one is replayed. Default: nothing. */
  readonly onEvent?: SagaListener;
}
