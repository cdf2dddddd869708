import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import {
  type AttemptEnd,
  cameToRest,
  type FoundSaga,
  type ObservedAttempt,
  type Observer,
  type Saga,
  type SagaEvent,
  type TraceContext,
} from "saga-core";
import { anchorOf, below, traceContextOf } from "./trace-parent.ts";

/** How many sagas are known to have gone on after a restart: on Restate one may come to rest in another process. */
const RECOVERED_MAX = 100_000;

/**
 * Makes a span of each attempt, of each restart that a saga goes on after, and of each saga when it comes to rest. All are children of the span of
 * the saga's start, whose context is recorded: so a saga has one trace, also where several processes run it. Of a saga that was started without a
 * tracer they are children of its caller's span, and there are none if its caller had no trace.
 */
export class SagaSpans implements Observer {
  readonly #tracer: Tracer;
  readonly #attempts = new WeakMap<ObservedAttempt, Span>();
  /** The sagas that went on after a restart, until they come to rest. */
  readonly #recovered = new Set<string>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  happened({ saga }: FoundSaga, event: SagaEvent): void {
    if (event.type === "resumed") this.#resumed(saga);
    if (cameToRest(saga)) this.#rests(saga);
  }

  attemptBegan(attempt: ObservedAttempt): void {
    const anchor = anchorOf(attempt);
    if (!anchor) return;
    const { sagaId, definition, version, step, participant, direction, call, number } = attempt;
    const attributes: Attributes = {
      "saga.id": sagaId,
      "saga.definition": definition,
      "saga.version": version,
      "saga.step": step,
      "saga.call": call,
      "saga.direction": direction,
      "saga.attempt": number,
      "saga.participant": participant,
      ...(this.#recovered.has(sagaId) && { "saga.recovered": true }),
    };
    const span = this.#tracer.startSpan(`${call} ${step}`, { kind: SpanKind.CLIENT, attributes }, below(anchor));
    this.#attempts.set(attempt, span);
  }

  traceOf(attempt: ObservedAttempt): TraceContext | undefined {
    const span = this.#attempts.get(attempt);
    return span && traceContextOf(span.spanContext(), attempt.trace);
  }

  attemptEnded(attempt: ObservedAttempt, { outcome: { outcome }, hasReturned }: AttemptEnd): void {
    const span = this.#attempts.get(attempt);
    if (!span) return;
    span.setAttribute("saga.outcome", outcome);
    if (!hasReturned) span.setAttribute("saga.timed_out", true);
    // A refusal is an answer like another.
    const isFailed = outcome === "unavailable" || outcome === "unknown";
    if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    span.end();
  }

  #resumed(saga: Saga): void {
    const anchor = anchorOf(saga);
    if (!anchor) return;
    this.#recovered.add(saga.id);
    const [oldest] = this.#recovered;
    if (this.#recovered.size > RECOVERED_MAX && oldest !== undefined) this.#recovered.delete(oldest);
    const attributes = { ...attributesOf(saga), "saga.recovered": true };
    this.#tracer.startSpan(`resume ${saga.definition}`, { attributes }, below(anchor)).end();
  }

  /** The ids of a span cannot be chosen: so the span of the whole saga is no parent of the others, and is made when its end is known. */
  #rests(saga: Saga): void {
    const anchor = anchorOf(saga);
    if (!anchor) return;
    const { phase, definition, createdAt: startTime, updatedAt } = saga;
    const outcome = phase.name === "needs-intervention" ? "needs_intervention" : phase.name;
    const attributes: Attributes = {
      ...attributesOf(saga),
      "saga.outcome": outcome,
      ...(phase.name === "cancelled" && { "saga.turn.cause": phase.turn.cause, "saga.turn.step": phase.turn.step }),
      ...(this.#recovered.has(saga.id) && { "saga.recovered": true }),
    };
    const span = this.#tracer.startSpan(`${definition} ${outcome}`, { startTime, attributes }, below(anchor));
    if (phase.name === "needs-intervention") span.setStatus({ code: SpanStatusCode.ERROR, message: "it needs a human" });
    else this.#recovered.delete(saga.id);
    span.end(updatedAt);
  }
}

function attributesOf({ id, definition, version }: Saga): Attributes {
  return { "saga.id": id, "saga.definition": definition, "saga.version": version };
}
