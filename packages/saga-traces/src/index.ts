export { SagaSpans } from "./saga-spans.ts";
export { TracedEngine } from "./traced-engine.ts";
export type { TracedEngineOptions } from "./traced-engine-options.ts";
