import type { Span, Tracer } from "@opentelemetry/api";

/** What traces an engine. */
export interface TracedEngineOptions {
  readonly tracer: Tracer;
  /** The span of the request that is answered now: what is done for it is a part of its trace. */
  readonly requestSpan: () => Span | undefined;
}
