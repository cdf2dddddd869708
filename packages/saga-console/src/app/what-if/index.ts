/**
 * What a saga of a definition would do if one thing went wrong: decided by saga-core from what `GET /definitions` tells. Nothing is sent.
 *
 * @module
 */
export { type ForetellOptions, foretell } from "./foretell.ts";
export { type ClientAnswer, type Ending, type Foretold, type ForetoldCall, inRows } from "./foretold.ts";
export { type Cell, type Grid, gridOf } from "./grid.ts";
export { NotTold, ToldController } from "./told-controller.ts";
export { type ToldDefinition, toldDefinitionSchema } from "./told-definition.ts";
export type { Keys } from "./told-handler.ts";
export { canHappen, type Mishap, type StepTrouble, stepTroubles } from "./trouble.ts";
export type { WhyEnds } from "./why-ends.ts";
