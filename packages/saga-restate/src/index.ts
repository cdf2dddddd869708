export { OPERATION_SIGNAL } from "./objects/operation-signal.ts";
export { RestateEngine } from "./process/restate-engine.ts";
export type { RestateEngineOptions } from "./process/restate-engine-options.ts";
export { RestateAdmin } from "./restate/restate-admin.ts";
export { listenForRestate, type RestateEndpoint, type RestateEndpointOptions } from "./restate/restate-endpoint.ts";
