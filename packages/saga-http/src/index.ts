export type { ApiInfo } from "./documents/openapi-document.ts";
export { type ProblemKind, type ProblemType, problemTypes } from "./problems/problem-types.ts";
export { type SagaAppOptions, sagaApp } from "./saga-app.ts";
export type { SagaResource } from "./saga-resource.ts";
export type { Connection } from "./sagas/event-streams.ts";
