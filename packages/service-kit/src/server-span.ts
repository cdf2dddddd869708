import { AsyncLocalStorage } from "node:async_hooks";
import { type Span, trace } from "@opentelemetry/api";
import { registeredTracer } from "./registered-tracer.ts";

/** What a server passes to `fetch` beside the request. */
interface Bindings {
  readonly outgoing: object;
}

type Serve<Beside extends Bindings> = (request: Request, bindings: Beside) => Response | Promise<Response>;

/**
 * The span of the request that is answered. It is not made OpenTelemetry's active span: Deno would take it for the parent of the next request on the
 * same connection.
 */
const serverSpans = new AsyncLocalStorage<Span>();

/** Lets `serverSpan` know the span of each request while it is answered. Without a tracer it gives the function as it is. */
export function inServerSpan<Beside extends Bindings>(serve: Serve<Beside>): Serve<Beside> {
  if (!registeredTracer("service-kit")) return serve;
  return (request, bindings) => {
    const span = serverSpanOf(bindings.outgoing);
    if (!span) return serve(request, bindings);
    hideQuery(span, request.url);
    return serverSpans.run(span, () => serve(request, bindings));
  };
}

/** The span of the request that is answered now, if there is one. */
export function serverSpan(): Span | undefined {
  return serverSpans.getStore();
}

/** Names the span of the request that is answered now by its route, as semantic conventions ask. */
export function nameServerSpan(method: string, route: string): void {
  serverSpan()?.updateName(`${method} ${route}`).setAttribute("http.route", route);
}

/**
 * Deno makes a span of each request to a server of `node:http`, and keeps it under a symbol of the response: it does not make it the active one,
 * and nothing documented gives it. Where there is no such symbol, the active span is that of the host's own instrumentation, if it has one.
 */
function serverSpanOf(outgoing: object): Span | undefined {
  for (const symbol of Object.getOwnPropertySymbols(outgoing)) {
    const value: unknown = Reflect.get(outgoing, symbol);
    if (isSpan(value)) return value;
  }
  return trace.getActiveSpan();
}

function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "spanContext" in value && "updateName" in value;
}

/** A search is in the query, and may be for a person. Deno puts the whole query into its span. */
function hideQuery(span: Span, url: string): void {
  const start = url.indexOf("?");
  if (start < 0) return;
  span.setAttributes({ "url.full": url.slice(0, start), "url.query": "" });
}
