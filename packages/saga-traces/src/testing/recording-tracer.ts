import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";

/** A tracer as a host has one. It keeps the spans that have ended, as they would be exported. */
export class RecordingTracer implements Tracer {
  readonly ended: RecordedSpan[] = [];
  /** Whether a root is sampled; a child is if its parent is. */
  readonly #samples: boolean;
  #made = 0;

  constructor({ samples = true }: { readonly samples?: boolean } = {}) {
    this.#samples = samples;
  }

  get names(): readonly string[] {
    return this.ended.map(({ name }) => name);
  }

  /** The one span of this name. */
  only(name: string): RecordedSpan {
    const [span, ...others] = this.ended.filter((each) => each.name === name);
    if (!span || others.length > 0) throw new Error(`${name} is not one of ${this.names.join(", ")}, once.`);
    return span;
  }

  startSpan(name: string, options: SpanOptions = {}, context?: Context): RecordedSpan {
    this.#made += 1;
    const parent = context && trace.getSpanContext(context);
    const isSampled = parent ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : this.#samples;
    const own: SpanContext = {
      traceId: parent?.traceId ?? this.#made.toString(16).padStart(32, "a"),
      spanId: this.#made.toString(16).padStart(16, "b"),
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    };
    return new RecordedSpan({ name, options, own, parent }, (span) => isSampled && this.ended.push(span));
  }

  startActiveSpan(): never {
    throw new Error("What is active may leak into what follows: no span is made active.");
  }
}

interface Begun {
  readonly name: string;
  readonly options: SpanOptions;
  readonly own: SpanContext;
  readonly parent: SpanContext | undefined;
}

export class RecordedSpan implements Span {
  name: string;
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly links: Link[];
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  readonly #own: SpanContext;
  readonly #onEnd: (span: RecordedSpan) => void;

  constructor({ name, options, own, parent }: Begun, onEnd: (span: RecordedSpan) => void) {
    this.name = name;
    this.parent = parent;
    this.attributes = { ...options.attributes };
    this.links = [...(options.links ?? [])];
    this.#own = own;
    this.#onEnd = onEnd;
  }

  spanContext(): SpanContext {
    return this.#own;
  }

  setAttribute(key: string, value: Attributes[string]): this {
    if (value !== undefined) this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  updateName(name: string): this {
    this.name = name;
    return this;
  }

  addLink(link: Link): this {
    this.links.push(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.links.push(...links);
    return this;
  }

  addEvent(): this {
    return this;
  }

  recordException(): void {
    throw new Error("An exception may have what a caller sent: none is recorded.");
  }

  isRecording(): boolean {
    return true;
  }

  end(): void {
    this.#onEnd(this);
  }
}
