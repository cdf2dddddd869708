import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import type { ParticipantState } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { GateLimits } from "./participant-gate.ts";

export interface EmbeddedEngineOptions {
  readonly controllers: readonly Controller[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  /** Gives an id that sorts after all earlier ones: UUIDv7. */
  readonly newId: () => string;
  /** Sagas in memory beyond which a start is refused as overload. One that waits for long, or for a dead participant, takes no memory. */
  readonly sagasInFlightMax: number;
  /** The limits of every participant; `defaultGateLimits` by default. */
  readonly gateLimits?: GateLimits;
  /** Called with a defect: a saga that it stopped stays as it is recorded until the next start. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
  /** Called when a participant is taken for dead, tried again, or found alive. */
  readonly onCircuit?: (state: ParticipantState) => void;
}
