/**
 * What a saga of a definition would do if one thing went wrong: decided by saga-core from what `GET /definitions` tells. Nothing is sent. The page
 * loads it where it is needed; a test of a definition may compare it with what really happens.
 *
 * @module
 */
export type { Foretold } from "./foretold.ts";
export { type ForetoldCall, inRows } from "./foretold-call.ts";
export { gridOf } from "./grid.ts";
export { type ToldDefinition, toldDefinitionSchema } from "./told-definition.ts";
export type { Mishap } from "./trouble.ts";
