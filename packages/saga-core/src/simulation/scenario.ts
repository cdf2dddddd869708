import type { SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Participant } from "../definition/participant.ts";
import type { Policy } from "../definition/policy.ts";
import type { Remains } from "./life.ts";

/** The subject of a simulation: a definition, an input that fits it, and the results of its steps. */
export interface Scenario {
  readonly definition: Controller;
  readonly input: unknown;
  /** Who starts it. Default: nobody says. */
  readonly context?: SagaContext;
  /** By step; a step that is not named gives nothing. */
  readonly results?: Readonly<Record<string, object>>;
  /** By step, what a read gives from its second time on. Default: the same as the first time. */
  readonly laterResults?: Readonly<Record<string, object>>;
  /** By step that waits, what may be signalled; nothing is for `{}`. Default: the step's result, as a yes. */
  readonly signals?: Readonly<Record<string, ScenarioSignals>>;
  /** Members of its policy that are other in the simulation, such as `explorationPolicy`. Default: the definition's own policy holds. */
  readonly policy?: Partial<Policy>;
  /** By step that waits, the correlation by which its signals come. Default: they come by the saga's id. */
  readonly correlations?: Readonly<Record<string, string>>;
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

/** The signals that may come for a step. */
export interface ScenarioSignals {
  /** The one that comes when nothing goes wrong. Default: the next of these that is given, or none comes. */
  readonly yes?: object;
  /** Another one that the step accepts. Default: none comes. */
  readonly anotherYes?: object;
  /** One that refuses. Default: none comes. */
  readonly no?: object;
}

export interface Truth extends Partial<Participant> {
  readonly rollbackIsRepeatable?: boolean;
}

/** @throws TypeError where a member of a scenario names a step that its definition does not have: it would say nothing of any step. */
export function checkScenario({ definition, results, laterResults, signals, correlations, truth }: Scenario): void {
  for (const byStep of [results, laterResults, signals, correlations, truth])
    refuseUnknownSteps(definition, Object.keys(byStep ?? {}));
}

/** @throws TypeError if the definition has no step of one of these names. */
export function refuseUnknownSteps({ name, handlers }: Controller, steps: readonly string[]): void {
  const known = handlers.map(({ step }) => step);
  const unknown = steps.find((step) => !known.includes(step));
  if (unknown !== undefined) throw new TypeError(`${name} has no step "${unknown}"; it has ${known.join(", ")}.`);
}
