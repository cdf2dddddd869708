import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Participant } from "../definition/participant.ts";
import type { Remains } from "./life.ts";

/** What is simulated: a definition, an input that fits it, and what its steps give. */
export interface Scenario {
  readonly definition: Controller;
  readonly input: unknown;
  /** By step; a step that is not named gives nothing. */
  readonly results?: Readonly<Record<string, object>>;
  /** Another version of the definition, which is registered beside it from the first restart on. */
  readonly next?: Controller;
  /** By `step/run` or `step/rollback`, what its first attempts are answered. */
  readonly answers?: ReadonlyMap<string, readonly Outcome<object>[]>;
  /** Whether there is somebody whom a saga can ask; by default there is. */
  readonly hasOperator?: boolean;
  /** The engine that runs it, before anything began; by default the embedded one. */
  readonly engine?: () => Remains;
  /** By step, what its participant is in truth, where the definition takes it for something else. */
  readonly truth?: Readonly<Record<string, Truth>>;
}

export interface Truth extends Partial<Participant> {
  readonly rollbackIsRepeatable?: boolean;
}
