import type { Context } from "hono";
import { type SSEMessage, type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Clock } from "saga-core";
import { problem } from "./problem.ts";
import { RETRY_AFTER_S } from "./problem-of-error.ts";

/** Streams that may be open at a time; a further one is refused. */
const STREAMS_MAX = 1_000;
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
  #open = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
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
  readonly #gone = Promise.withResolvers<void>();

  constructor(stream: SSEStreamingApi, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    stream.onAbort(this.#gone.resolve);
  }

  async tell(source: EventSource): Promise<void> {
    let news = Promise.withResolvers<void>();
    const unwatch = source.watch(() => news.resolve());
    try {
      // So that the client knows that it is connected before anything happens.
      await this.#write(": open\n\n");
      while (!this.#stream.aborted) {
        news = Promise.withResolvers<void>();
        const messages = await source.next();
        if (messages === "end") return;
        for (const message of messages) await this.#write(message);
        if (messages.length === 0 && !(await this.#waitFor(news.promise))) await this.#write(": heartbeat\n\n");
      }
    } finally {
      unwatch();
    }
  }

  /** Resolves when the reader has taken it. One that does not read is taken for gone. */
  async #write(message: SSEMessage | string): Promise<void> {
    const stream = this.#stream;
    if (stream.aborted) return;
    const giveUp = this.#clock.wakeAt(this.#clock.now() + UNREAD_MS_MAX, () => stream.abort());
    const written = typeof message === "string" ? stream.write(message) : stream.writeSSE(message);
    await Promise.race([written, this.#gone.promise]);
    giveUp();
  }

  /** Whether something happened before it was time for a heartbeat. */
  async #waitFor(news: Promise<void>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#clock.wakeAt(this.#clock.now() + HEARTBEAT_MS, () => resolve(false));
    const happened = Promise.race([news, this.#gone.promise]).then(() => true);
    const isNews = await Promise.race([happened, promise]);
    cancel();
    return isNews;
  }
}

/** Whether a client asks for a stream and not for JSON. */
export function wantsEventStream({ req }: Context): boolean {
  return (req.header("accept") ?? "").toLowerCase().includes("text/event-stream");
}
