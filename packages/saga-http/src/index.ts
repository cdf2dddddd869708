export { type ProblemType, problemTypes } from "./problems/problem.ts";
export { type SagaAppOptions, sagaApp } from "./saga-app.ts";
export type { SagaResource } from "./saga-resource.ts";
export { eventsSchema, type SagaView, sagaSchema } from "./sagas/saga-view.ts";
