/**
 * For tests: the engine on Restate in the explorer, and what a test of a real Restate needs.
 *
 * @module
 */
export { OPERATION_SIGNAL } from "../objects/operation-signal.ts";
export { RestateAdmin } from "../restate/restate-admin.ts";
export { exploredOnRestate, waitingOnRestate } from "./explored.ts";
export { manyOnRestate } from "./many-on-restate.ts";
export { onRestate } from "./restate-life.ts";
