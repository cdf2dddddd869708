import { type ForetellOptions, foretell } from "./foretell.ts";
import type { Foretold } from "./foretold.ts";
import { ToldController } from "./told-controller.ts";
import type { ToldDefinition } from "./told-definition.ts";
import type { Keys } from "./told-handler.ts";
import { canHappen, type StepTrouble, stepTroubles } from "./trouble.ts";

/** One cell: what follows if this goes wrong there; undefined where it cannot happen. */
export interface Cell {
  readonly step: string;
  readonly trouble: StepTrouble;
  readonly foretold: Foretold | undefined;
}

/** A row for each step, in their order, with a cell for each trouble. */
export type Grid = readonly (readonly Cell[])[];

/**
 * Foretells everything that can go wrong in a saga of a definition, one thing at a time.
 *
 * @throws NotTold if the API does not tell enough of the definition.
 */
export function gridOf(told: ToldDefinition, keys: Keys, options: ForetellOptions = {}): Grid {
  const controller = new ToldController(told, keys);
  return told.steps.map((step) =>
    stepTroubles.map((trouble) => ({
      step: step.step,
      trouble,
      foretold: canHappen(trouble, step) ? foretell(controller, { step: step.step, trouble }, options) : undefined,
    })),
  );
}
