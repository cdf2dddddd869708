import { isSpanContextValid, type Tracer, trace } from "@opentelemetry/api";

/**
 * The tracer that the host of this process has registered with OpenTelemetry: Deno does so where `OTEL_DENO` is true. Undefined: there is none, and
 * spans would go nowhere. The host must have registered it before.
 */
export function registeredTracer(name: string): Tracer | undefined {
  const tracer = trace.getTracer(name);
  // Never ended, so it is never exported. Where nothing is registered, its ids are zeros.
  const probe = tracer.startSpan("is there a tracer?", { root: true });
  return isSpanContextValid(probe.spanContext()) ? tracer : undefined;
}
