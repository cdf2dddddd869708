import type { Engine, Observer } from "saga-core";
import { SagaSpans, TracedEngine } from "saga-traces";
import { registeredTracer, serverSpan } from "service-kit";

/** How the sagas of this process are traced. */
export interface Tracing {
  /** What an engine is to tell of its sagas. */
  readonly observer: Observer;
  readonly traced: (engine: Engine) => Engine;
}

/** Undefined where the host has no tracer: then nothing is traced, and tracing costs nothing. */
export function hostTracing(): Tracing | undefined {
  const tracer = registeredTracer("saga-orchestrator");
  if (!tracer) return undefined;
  const options = { tracer, requestSpan: serverSpan };
  return { observer: new SagaSpans(tracer), traced: (engine) => new TracedEngine(engine, options) };
}
