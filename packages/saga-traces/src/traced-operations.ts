import { type Attributes, ROOT_CONTEXT, type Span, type Tracer } from "@opentelemetry/api";
import { type FoundSaga, OperationRefused, SignalRefused } from "saga-core";
import { endFailed } from "./end-failed.ts";
import { anchorOf, below } from "./trace-parent.ts";
import type { TracedEngineOptions } from "./traced-engine-options.ts";

/** What somebody does to a saga. */
export interface TracedOperation {
  readonly name: "cancel" | "retry" | "resolve" | "end-wait" | "acknowledge" | "signal";
  /** Absent: it is found by a correlation. */
  readonly id?: string;
  readonly step?: string;
  /** What a resolution says. */
  readonly applied?: boolean;
}

/**
 * Makes a span of an operation in the trace of its own request: it links to the trace of the saga, where a span of what was recorded links back.
 * Who requested it, and what was noted or signalled, stays out.
 */
export class TracedOperations {
  readonly #tracer: Tracer;
  readonly #requestSpan: () => Span | undefined;

  constructor({ tracer, requestSpan }: Pick<TracedEngineOptions, "tracer" | "requestSpan">) {
    this.#tracer = tracer;
    this.#requestSpan = requestSpan;
  }

  async make<Found extends FoundSaga>(operation: TracedOperation, make: () => Promise<Found>): Promise<Found> {
    const { name, id, step, applied } = operation;
    const attributes: Attributes = {
      "saga.operation": name,
      ...(id !== undefined && { "saga.id": id }),
      ...(step !== undefined && { "saga.step": step }),
      ...(applied !== undefined && { "saga.applied": applied }),
    };
    const request = this.#requestSpan()?.spanContext();
    const span = this.#tracer.startSpan(`${name} saga`, { attributes }, request ? below(request) : ROOT_CONTEXT);
    try {
      const found = await make();
      const { saga } = found;
      const own = { "saga.id": saga.id, "saga.definition": saga.definition, "saga.version": saga.version };
      const anchor = anchorOf(saga);
      span.updateName(`${name} ${saga.definition}`).setAttributes(own);
      if (anchor) {
        span.addLink({ context: anchor });
        const recorded = { links: [{ context: span.spanContext() }], attributes: { ...attributes, ...own } };
        this.#tracer.startSpan(`${name} recorded`, recorded, below(anchor)).end();
      }
      span.end();
      return found;
    } catch (error) {
      const isRefused = error instanceof OperationRefused || error instanceof SignalRefused;
      endFailed(span, isRefused ? error.refusal : undefined);
      throw error;
    }
  }
}
