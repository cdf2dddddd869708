import { idempotencyKey, type TraceContext } from "../definition/attempt.ts";
import { callHandler } from "../definition/call-handler.ts";
import { callTimeoutOf } from "../definition/call-timeout.ts";
import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import { type Outcome, unknown } from "../definition/outcome.ts";
import type { JsonObject } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import type { Call } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";
import type { CallEnd } from "./gate-call.ts";

/** An attempt that was begun. */
export interface PerformedCall {
  /** Resolves at its deadline at the latest. */
  readonly end: Promise<PerformedEnd>;
  /** Resolves when the handler has returned, which may be never. */
  readonly returned: Promise<void>;
}

export interface PerformedEnd {
  /** As an `answered` event records it. */
  readonly outcome: Outcome<JsonObject>;
  /** Whether the handler has returned: if not, the deadline has passed. */
  readonly hasReturned: boolean;
}

/** What ends an attempt whose handler does not return, and what traces it. */
export interface CallTimes {
  readonly clock: Clock;
  /** When it is aborted, the attempt's signal is too, and nothing waits for the deadline any more. Default: never. */
  readonly cut?: AbortSignal | undefined;
  /** What the attempt carries to its participant. Default: the trace context of the saga's start. */
  readonly trace?: TraceContext | undefined;
}

/**
 * Begins the attempt that a call commands. The key and the content are the same at every attempt (rule 2). An error that the handler throws
 * is `unknown` (rule 1), and so is what has not returned by the call's deadline: what it returns later is ignored (rule 9).
 *
 * @throws TypeError if the definition has no such step; nothing else is thrown, and `end` never rejects.
 */
export function performCall(controller: Controller, saga: Saga, call: Call, ports: CallTimes): PerformedCall {
  const { clock, cut } = ports;
  const { id, definition, input, data, context } = saga;
  const { trace = saga.trace } = ports;
  const { step, type, attempt: number, turn } = call;
  const handler = handlerOf(controller, step);
  const deadline = new AbortController();
  const { signal } = deadline;
  const late = Promise.withResolvers<PerformedEnd>();
  const timeoutMs = callTimeoutOf(handler);
  const cancel = clock.wakeAt(clock.now() + timeoutMs, () => {
    const reason = `no answer within ${timeoutMs} ms`;
    late.resolve({ outcome: unknown(reason), hasReturned: false });
    deadline.abort(new DOMException(reason, "TimeoutError"));
  });
  cut?.addEventListener("abort", () => {
    cancel();
    deadline.abort(cut.reason);
  });
  // A probe has no effect: it gets the key of the run that it looks for.
  const key = idempotencyKey(id, step, type === "probe" ? "run" : type);
  const answer = callHandler(
    handler,
    type,
    { ...input, ...data },
    {
      key,
      signal,
      sagaId: id,
      definition,
      step,
      number,
      ...(context && { context }),
      ...(trace && { trace }),
      ...(turn && { turn }),
    },
  );
  const inTime = answer.then((outcome): PerformedEnd => {
    cancel();
    return { outcome, hasReturned: true };
  });
  return { end: Promise.race([inTime, late.promise]), returned: inTime.then(() => undefined) };
}

/** How a call ended, for its participant's gate. The report of a misused key is a clear answer too. */
export function callEndOf(outcome: Outcome): CallEnd {
  const isClear = outcome.outcome === "done" || outcome.outcome === "rejected";
  if (isClear || (outcome.outcome === "unknown" && outcome.defect)) return "clear";
  return outcome.answered ? "answer" : "silence";
}
