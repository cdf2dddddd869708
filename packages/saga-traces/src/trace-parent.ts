import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from "@opentelemetry/api";
import type { TraceContext } from "saga-core";

/** Reads a W3C `traceparent`; undefined for none, and for a malformed one. */
export function spanContextOf(recorded: TraceContext | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/.exec(recorded?.traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/** Writes a W3C trace context. The caller's `tracestate` goes on unchanged. */
export function traceContextOf(own: SpanContext, caller?: TraceContext): TraceContext {
  const traceparent = `00-${own.traceId}-${own.spanId}-${isSampled(own) ? "01" : "00"}`;
  return { traceparent, ...(caller?.tracestate !== undefined && { tracestate: caller.tracestate }) };
}

/** Whether its span is exported. Deno's spans say that they are recording, also those that its sampler leaves out. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The context in which a span is a child of the given one. */
export function below(parent: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** The recorded anchor of a saga, below which its spans are. Undefined: it has none, or its trace is not sampled. */
export function anchorOf({ trace: recorded }: { readonly trace?: TraceContext }): SpanContext | undefined {
  const anchor = spanContextOf(recorded);
  return anchor && isSampled(anchor) ? anchor : undefined;
}
