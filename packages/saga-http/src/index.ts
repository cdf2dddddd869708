export { type ProblemType, problemTypes } from "./problem.ts";
export { type SagaAppOptions, sagaApp } from "./saga-app.ts";
export type { SagaResource } from "./saga-resource.ts";
export { eventsSchema, type SagaView, sagaSchema } from "./saga-view.ts";
