/**
 * The engine on Restate: the same definitions as on the embedded engine, in any number of processes.
 *
 * @module
 */
export { RestateEngine } from "./process/restate-engine.ts";
export type { RestateEngineOptions } from "./process/restate-engine-options.ts";
export { listenForRestate, type RestateEndpoint, type RestateEndpointOptions } from "./restate/restate-endpoint.ts";
