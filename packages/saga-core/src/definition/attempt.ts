import type { SagaContext } from "./context.ts";
import type { Turn } from "./turn.ts";

/** The W3C trace context of a start (https://www.w3.org/TR/trace-context). Every attempt gets it unchanged. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** The second argument of a handler's `run`, `rollback` and `probe`: one attempt at a call. */
export interface Attempt {
  /** The `Idempotency-Key` of the one call with an effect; the same at every attempt and after every crash (rule 2). */
  readonly key: string;
  /**
   * Aborted at the call's deadline, with a DOMException named `TimeoutError`, and by nothing else: neither a cancel nor the saga's deadline
   * ends a call (rule 9). Pass it on to `fetch`. After it the handler must send nothing, and what it returns is ignored.
   */
  readonly signal: AbortSignal;
  /** The saga's id. */
  readonly sagaId: string;
  /** The name of the saga's definition. */
  readonly definition: string;
  /** The step that is run, undone or looked for. */
  readonly step: string;
  /** Which attempt at this action it is, from 1. It differs from one attempt to the next: it must not be part of the content under the key. */
  readonly number: number;
  /** Who started the saga, as its definition declares it. Absent if it declares nothing, or the start had nothing. */
  readonly context?: SagaContext;
  /** Absent if the start had none. */
  readonly trace?: TraceContext;
}

/**
 * One attempt at a rollback. Its turn is what the closing record holds, the same at every attempt and for every rollback of a saga: it may be
 * part of the content under the key.
 */
export interface RollbackAttempt extends Attempt {
  readonly turn: Turn;
}

/** One attempt at a read. It has no effect, so it carries no key. */
export type ReadAttempt = Omit<Attempt, "key">;

/** The two actions of a handler that have an effect at its participant. */
export type Action = "run" | "rollback";

/** The three kinds of calls: an action, or a probe, which finds out whether `run` was applied. */
export type CallKind = Action | "probe";

/** The `Idempotency-Key` of a call: `<saga id>/<step>/<action>` (rule 2). */
export function idempotencyKey(sagaId: string, step: string, action: Action): string {
  return `${sagaId}/${step}/${action}`;
}
