import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import type { ParticipantState } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Observer } from "../ports/observer.ts";
import type { Random } from "../ports/random.ts";
import type { AutoPause } from "./auto-pause.ts";
import type { AutoPauseListener } from "./automatic-pauses.ts";
import type { GateLimits } from "./participant-gate.ts";

/** The definitions, ports and limits of an {@link EmbeddedEngine}. */
export interface EmbeddedEngineOptions<Registered extends Controller = Controller> {
  /** Every definition and version that may start a saga, or that an open saga started with. */
  readonly controllers: readonly Registered[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  /** Gives an id that sorts after all earlier ones: UUIDv7. */
  readonly newId: () => string;
  /** The most sagas in memory: further starts are refused as `overloaded`. A saga that waits long, or for an open circuit, takes no memory. */
  readonly sagasInFlightMax: number;
  /** How many records of one call's repeated failures the journal holds before they are compacted into one. Default: 64. */
  readonly failureRecordsMax?: number;
  /** How long a signal by a correlation that no saga has waits for one, in milliseconds. Default: 5,000. */
  readonly signalWaitMsMax?: number;
  /** How many such signals wait at a time: a further one is refused as `overloaded`, and one whose saga is there is not. Default: 1,000. */
  readonly signalsWaitingMax?: number;
  /** The limits of every participant; `defaultGateLimits` by default. */
  readonly gateLimits?: GateLimits;
  /** When a definition pauses itself; `defaultAutoPause` has usual numbers. Default: never. */
  readonly autoPause?: AutoPause;
  /** Called when a definition has paused itself, and when such a pause ends because its trials needed nobody. Default: nothing. */
  readonly onAutoPause?: AutoPauseListener;
  /** Called with a defect: a saga that it stopped stays as it is recorded until the next start. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
  /** What is told of everything that happens, for metrics, traces and logs. Default: nothing. */
  readonly observers?: readonly Observer[];
  /** Called when the circuit of a participant opens, half-opens or closes. */
  readonly onCircuit?: (state: ParticipantState) => void;
}
