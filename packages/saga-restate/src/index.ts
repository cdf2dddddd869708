export { OPERATION_SIGNAL } from "./operation-signal.ts";
export { RestateAdmin } from "./restate-admin.ts";
export { listenForRestate, type RestateEndpoint, type RestateEndpointOptions } from "./restate-endpoint.ts";
export { RestateEngine, type RestateEngineOptions } from "./restate-engine.ts";
