/** W3C trace context, passed on as it came in. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** What a handler gets for one attempt, beside the saga's data. */
export interface Attempt {
  /** The `Idempotency-Key` of the one call with an effect; the same at every attempt and after every crash (rule 2). */
  readonly key: string;
  readonly trace?: TraceContext;
}

/** What a handler does at its participant. */
export type Action = "run" | "rollback";

/** What an engine calls a handler for: an action, or a probe, which finds out whether `run` was applied. */
export type CallKind = Action | "probe";

/** The `Idempotency-Key` of a call: `<saga id>/<step>/<action>` (rule 2). */
export function idempotencyKey(sagaId: string, step: string, action: Action): string {
  return `${sagaId}/${step}/${action}`;
}
