export { OPERATION_SIGNAL } from "./objects/operation-signal.ts";
export { RestateEngine, type RestateEngineOptions } from "./process/restate-engine.ts";
export { RestateAdmin } from "./restate/restate-admin.ts";
export { listenForRestate, type RestateEndpoint, type RestateEndpointOptions } from "./restate/restate-endpoint.ts";
