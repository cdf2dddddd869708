import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Participant } from "../definition/participant.ts";
import type { Remains } from "./life.ts";

/** The subject of a simulation: a definition, an input that fits it, and the results of its steps. */
export interface Scenario {
  readonly definition: Controller;
  readonly input: unknown;
  /** By step; a step that is not named gives nothing. */
  readonly results?: Readonly<Record<string, object>>;
  /** By step, what a read gives from its second time on. Default: the same as the first time. */
  readonly laterResults?: Readonly<Record<string, object>>;
  /** Another version of the definition, which is registered beside it from the first restart on. */
  readonly next?: Controller;
  /** By `step/run` or `step/rollback`, the outcomes of its first attempts. */
  readonly answers?: ReadonlyMap<string, readonly Outcome<object>[]>;
  /** Whether there is an operator who acts for a saga that needs a human. Default: true. */
  readonly hasOperator?: boolean;
  /** The engine that runs it, before anything began; by default the embedded one. */
  readonly engine?: () => Remains;
  /** By step, the true terms of its participant, where the definition declares others. */
  readonly truth?: Readonly<Record<string, Truth>>;
}

export interface Truth extends Partial<Participant> {
  readonly rollbackIsRepeatable?: boolean;
}
