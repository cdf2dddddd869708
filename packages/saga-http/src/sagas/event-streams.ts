import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { type SSEMessage, type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Clock } from "saga-core";
import { problem } from "../problems/problem.ts";
import { RETRY_AFTER_S } from "../problems/problem-of-error.ts";

/** Streams that may be open at a time; a further one is refused. */
const STREAMS_MAX = 1_000;
const EVENT_STREAM = "text/event-stream";
/** How often a stream says that it is there while nothing happens. */
const HEARTBEAT_MS = 15_000;
/** After how long without reading a client is taken for gone. */
const UNREAD_MS_MAX = 60_000;

/** What a stream tells. Nothing is kept for a slow reader: whoever can take more asks for what is new. */
export interface EventSource {
  /** What is new since it was last asked; `end` when nothing will ever be. */
  readonly next: () => Promise<readonly SSEMessage[] | "end">;
  /** Calls back when there may be something new. Returns a function that ends it. */
  readonly watch: (tell: () => void) => () => void;
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as fast as their readers read. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #open = 0;

  /** @param onError told of what ended a stream before its time; its reader connects again, and learns it then. */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  open(context: Context, source: EventSource): Response {
    if (this.#open >= STREAMS_MAX) {
      const headers = { "retry-after": String(RETRY_AFTER_S) };
      return problem("overloaded", { detail: `${STREAMS_MAX} event streams are open, which is the limit.`, headers });
    }
    this.#open += 1;
    return streamSSE(context, async (stream) => {
      try {
        await new OpenStream(stream, this.#clock).tell(source);
      } catch (error) {
        this.#onError(error);
      } finally {
        this.#open -= 1;
      }
    });
  }
}

/** One stream, from when its reader is connected until it is gone or there is nothing more to tell. */
class OpenStream {
  readonly #stream: SSEStreamingApi;
  readonly #clock: Clock;
  /** Something happened that is not told yet. */
  #isNews = false;
  #wake: () => void = () => undefined;

  constructor(stream: SSEStreamingApi, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    stream.onAbort(() => this.#wake());
  }

  async tell(source: EventSource): Promise<void> {
    const unwatch = source.watch(() => {
      this.#isNews = true;
      this.#wake();
    });
    try {
      // So that the client knows that it is connected before anything happens.
      await this.#write(": open\n\n");
      while (!this.#stream.aborted) {
        this.#isNews = false;
        const messages = await source.next();
        if (messages === "end") return;
        for (const message of messages) await this.#write(message);
        if (messages.length > 0 || this.#isNews || this.#stream.aborted) continue;
        await this.#beatOrNews();
        if (!this.#isNews) await this.#write(": heartbeat\n\n");
      }
    } finally {
      unwatch();
    }
  }

  /** Resolves when the reader has taken it, or is gone. One that does not read is taken for gone. */
  async #write(message: SSEMessage | string): Promise<void> {
    const stream = this.#stream;
    if (stream.aborted) return;
    const giveUp = this.#clock.wakeAt(this.#clock.now() + UNREAD_MS_MAX, () => stream.abort());
    await (typeof message === "string" ? stream.write(message) : stream.writeSSE(message));
    giveUp();
  }

  /** Resolves when something happens, when the reader is gone, or when it is time for a heartbeat. */
  async #beatOrNews(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = this.#clock.wakeAt(this.#clock.now() + HEARTBEAT_MS, resolve);
    await promise;
    cancel();
  }
}

/** Whether a client asks for a stream rather than for JSON. What only asks for the head of an answer gets no stream. */
export function wantsEventStream(context: Context): boolean {
  if (context.req.method !== "GET") return false;
  const supports = ["application/json", EVENT_STREAM];
  return accepts(context, { header: "Accept", supports, default: "application/json" }) === EVENT_STREAM;
}
