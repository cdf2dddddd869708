/** W3C trace context, passed on as it came in. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** What a handler's call is told beside the saga's data. */
export interface Attempt {
  /** The `Idempotency-Key` of the one call with an effect; the same at every attempt and after every crash (rule 2). */
  readonly key: string;
  readonly trace?: TraceContext;
}

export type Action = "run" | "rollback";

/** What an engine asks of a handler: an action, or to look whether `run` was applied. */
export type CallKind = Action | "probe";

export function idempotencyKey(sagaId: string, step: string, action: Action): string {
  return `${sagaId}/${step}/${action}`;
}
