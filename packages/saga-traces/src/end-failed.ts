import { type Span, SpanStatusCode } from "@opentelemetry/api";

/** Ends the span of what was refused, or has failed. The message of the error may hold what a caller sent, so it stays out. */
export function endFailed(span: Span, refusal: string | undefined): void {
  span.setAttribute("error.type", refusal ?? "failed").setStatus({ code: SpanStatusCode.ERROR, message: refusal ?? "failed" });
  span.end();
}
