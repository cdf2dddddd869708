import type { SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import type { Outcome } from "../definition/outcome.ts";
import { withoutSecretMembers } from "../definition/secret-members.ts";
import { isJsonObject } from "../json.ts";
import { rolledBack, type SagaStatus, stateOf, statusOf } from "../transition/view.ts";
import { drawLadder } from "./counterexample.ts";
import { refuseUnknownSteps, type ScenarioSignals } from "./scenario.ts";
import { Simulation } from "./simulation.ts";

/** The expected end of a saga. An absent member may have any value. */
export interface Expected {
  readonly status?: SagaStatus;
  readonly state?: string;
  /** The steps that were undone, in that order. */
  readonly rolledBack?: readonly string[];
  /** Every call that was sent, in order: `create-order/run`. */
  readonly calls?: readonly string[];
  /** The results of the done steps, and no others. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The steps whose effect stands at their participants when all is over. */
  readonly standing?: readonly string[];
}

/** Thrown if the saga did not end as expected; the message shows the run. */
export class NotAsExpected extends Error {
  override readonly name = "NotAsExpected";
}

/** The input of a saga, the results of its steps when they are done, and what is signalled to those that wait. */
export interface Given {
  readonly input: unknown;
  /** Who starts it. Default: nobody says. */
  readonly context?: SagaContext;
  readonly results?: Readonly<Record<string, object>>;
  /** By step that waits: `{ yes: signal }` or `{ no: signal }`, and `{}` for none, so that its time passes. Default: its result, as a yes. */
  readonly signals?: Readonly<Record<string, ScenarioSignals>>;
}

/**
 * A test of a saga: the outcomes of its steps, and its expected end. Its definition runs in the real engine, on a simulated clock,
 * journal and network; the code of its handlers is not called.
 *
 * @example
 * ```ts
 * import { type Controller, rejected } from "saga-core";
 * import { given } from "saga-core/testing";
 *
 * export async function releasesTheSeatWhenTheCardIsDeclined(booking: Controller) {
 *   await given(booking, { input: { seat: "7A" } })
 *     .when("charge-card", rejected("no funds"))
 *     .expect({ status: "cancelled", rolledBack: ["reserve-seat"], standing: [] });
 * }
 * ```
 */
export function given(definition: Controller, initial: Given): SagaTest {
  return new SagaTest(definition, initial, new Map());
}

class SagaTest {
  readonly #definition: Controller;
  readonly #given: Given;
  readonly #answers: ReadonlyMap<string, readonly Outcome<object>[]>;

  constructor(definition: Controller, initial: Given, answers: ReadonlyMap<string, readonly Outcome<object>[]>) {
    this.#definition = definition;
    this.#given = initial;
    this.#answers = answers;
  }

  /** Sets the outcomes of the first attempts at a step; further ones are done. */
  when(step: string, ...outcomes: readonly Outcome<object>[]): SagaTest {
    return this.#with(`${step}/run`, outcomes);
  }

  /** Sets the outcomes of the first attempts at undoing a step; further ones are done. */
  whenUndoing(step: string, ...outcomes: readonly Outcome<object>[]): SagaTest {
    return this.#with(`${step}/rollback`, outcomes);
  }

  /** Runs it until it has ended or needs a human. @throws NotAsExpected */
  async expect(expected: Expected): Promise<void> {
    // What else an object has that was made for `explore`, like a policy, is not meant here.
    const { input, context, results, signals } = this.#given;
    const simulation = new Simulation({
      definition: this.#definition,
      input,
      ...(context && { context }),
      ...(results && { results }),
      ...(signals && { signals }),
      answers: this.#answers,
      hasOperator: false,
    });
    await simulation.start();
    for (let [usual] = simulation.happenings(); usual; [usual] = simulation.happenings()) await simulation.happen(usual);
    const { saga, history } = simulation;
    if (!saga) throw new NotAsExpected("There is no saga.");
    const seen: Required<Expected> = {
      status: statusOf(saga),
      state: stateOf(this.#definition, saga),
      rolledBack: rolledBack(saga),
      calls: simulation.calls,
      data: saga.data,
      standing: simulation.standing,
    };
    const wrong = Object.entries(expected).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(seen, name)),
    );
    const { secret } = this.#definition;
    const said = wrong.map(([name, value]) => {
      return `${name} is ${shown(Reflect.get(seen, name), secret)}, and ${shown(value, secret)} was expected`;
    });
    const all = [...simulation.monitor.violations, ...said];
    if (all.length > 0) throw new NotAsExpected(`${all.join("\n")}\n${drawLadder(history)}`);
  }

  #with(call: string, outcomes: readonly Outcome<object>[]): SagaTest {
    refuseUnknownSteps(this.#definition, call.split("/").slice(0, 1));
    return new SagaTest(this.#definition, this.#given, new Map([...this.#answers, [call, outcomes]]));
  }
}

/** A report has no secrets, as no view of a saga has. */
function shown(value: unknown, secret: readonly string[]): string {
  return JSON.stringify(isJsonObject(value) ? withoutSecretMembers(value, secret) : value);
}
