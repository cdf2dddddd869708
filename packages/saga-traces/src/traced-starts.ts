import { ROOT_CONTEXT, type Span, type SpanContext, type Tracer } from "@opentelemetry/api";
import { type Engine, type StartedSaga, StartRefused, type StartRequest } from "saga-core";
import { endFailed } from "./end-failed.ts";
import { below, isSampled, spanContextOf, traceContextOf } from "./trace-parent.ts";
import type { TracedEngineOptions } from "./traced-engine-options.ts";

/**
 * Starts sagas. The context of the span of a start is recorded with its saga: it is the anchor of the saga's trace, also after a restart. Whether
 * that is sampled is recorded with it, as the host's sampler decided.
 */
export class TracedStarts {
  readonly #engine: Pick<Engine, "start" | "get">;
  readonly #tracer: Tracer;
  readonly #requestSpan: () => Span | undefined;

  constructor(engine: Pick<Engine, "start" | "get">, { tracer, requestSpan }: TracedEngineOptions) {
    this.#engine = engine;
    this.#tracer = tracer;
    this.#requestSpan = requestSpan;
  }

  async start(request: StartRequest): Promise<StartedSaga> {
    const { definition, trace: caller } = request;
    const requestSpan = this.#requestSpan();
    const parent = requestSpan?.spanContext() ?? spanContextOf(caller);
    const span = this.#tracer.startSpan(`start ${definition}`, {}, parent ? below(parent) : ROOT_CONTEXT);
    const anchor = span.spanContext();
    try {
      const started = await this.#engine.start({ ...request, trace: traceContextOf(anchor, caller) });
      const attributes = { "saga.id": started.id, "saga.definition": definition };
      requestSpan?.setAttributes(attributes);
      // A span that is not ended is not exported.
      if (await this.#isFirst(request, started, anchor)) span.setAttributes(attributes).end();
      return started;
    } catch (error) {
      endFailed(span, error instanceof StartRefused ? error.refusal : undefined);
      throw error;
    }
  }

  /** Whether the start made the saga. Under a key an earlier one may have made it: then the saga has the anchor of that one. */
  async #isFirst({ idempotencyKey }: StartRequest, { id }: StartedSaga, anchor: SpanContext): Promise<boolean> {
    if (idempotencyKey === undefined || !isSampled(anchor)) return true;
    const found = await this.#engine.get(id).catch(() => undefined);
    return !found || spanContextOf(found.saga.trace)?.spanId === anchor.spanId;
  }
}
