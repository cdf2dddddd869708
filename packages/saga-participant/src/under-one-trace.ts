import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

/**
 * For Deno's fetch, which with `OTEL_DENO` adds a `traceparent` to that of the call, and a participant drops both: a request has one. So the call's
 * becomes the active context, of which Deno's own span is then a child, and Deno's header alone is sent. Without a tracer nothing is propagated, and
 * the request is sent as it is.
 */
export function underOneTrace(send: typeof fetch): typeof fetch {
  return (input, init) => {
    if (!propagation.fields().includes("traceparent")) return send(input, init);
    const request = new Request(input, init);
    const caller = propagation.extract(ROOT_CONTEXT, { traceparent: request.headers.get("traceparent") ?? undefined });
    request.headers.delete("traceparent");
    return context.with(caller, () => send(request));
  };
}
