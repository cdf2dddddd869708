import { Controller, givesNothing, type Policy, type Schema } from "saga-core";
import type { ToldDefinition } from "./told-definition.ts";
import { type Keys, toldHandler } from "./told-handler.ts";

/** The API tells of a definition something that does not make one: this page is older or newer than what answers it. */
export class NotTold extends Error {
  override readonly name = "NotTold";
}

/**
 * A definition, made again from what the API tells of it: its steps, kinds, words, terms and patience are those that decide. The chart shows that nothing is missing. It calls nobody.
 *
 * @throws NotTold if that does not make the same definition.
 */
export class ToldController extends Controller {
  constructor(told: ToldDefinition, keys: Keys = "as-told") {
    super({
      name: told.definition,
      version: told.version,
      chain: { input: anyInput, handlers: told.steps.map((step) => toldHandler(step, keys)) },
      policy: policyOf(told.policy),
    });
    if (!isSameChart(this.chart.arrows, told.transitions))
      throw new NotTold(`the chart of ${told.definition} would be another one here`);
  }
}

type Arrows = ToldDefinition["transitions"];

function isSameChart(ours: Controller["chart"]["arrows"], told: Arrows): boolean {
  const written = (arrows: Arrows) => arrows.map(({ from, event, to }) => `${from} ${event} ${to}`).join();
  return written([...ours]) === written(told);
}

/** Nobody's input is read here. */
const anyInput: Schema<object> = givesNothing;

function policyOf(told: ToldDefinition["policy"]): Policy {
  return {
    attemptsMax: told.attempts_max,
    backoffMsBase: told.backoff_ms_base,
    backoffMsMax: told.backoff_ms_max,
    retryAfterMsMax: told.retry_after_ms_max,
    deadlineMs: told.deadline_ms,
    giveUpMs: told.give_up_ms,
  };
}
