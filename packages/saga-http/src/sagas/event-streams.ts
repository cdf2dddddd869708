import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { type SSEMessage, type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Clock } from "saga-core";
import { ProblemError } from "../problems/problem.ts";

/** The most streams that may be open at a time (rule 9). */
const STREAMS_MAX = 1_000;
const EVENT_STREAM = "text/event-stream";
/** The longest silence on a stream; then it sends a comment. */
const HEARTBEAT_MS = 15_000;
/** A client that reads nothing for so long is disconnected. */
const UNREAD_MS_MAX = 60_000;

/** The source of a stream's messages. It keeps no queue for a slow reader: the stream calls `next` when its reader can take more. */
export interface EventSource {
  /** The messages since the last call; `end` when no more can come. */
  readonly next: () => Promise<readonly SSEMessage[] | "end">;
  /** Calls back when there may be new messages. Returns a function that stops it. */
  readonly watch: (onChange: () => void) => () => void;
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as fast as their readers read. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #open = 0;

  /** @param onError called with the error that cut a stream; its reader connects again, and gets the error as a problem. */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** @throws ProblemError when too many streams are open. */
  open(context: Context, source: EventSource): Response {
    if (this.#open >= STREAMS_MAX) {
      throw new ProblemError("overloaded", { detail: `${STREAMS_MAX} event streams are open, which is the limit.` });
    }
    this.#open += 1;
    return streamSSE(context, async (stream) => {
      try {
        await new OpenStream(stream, this.#clock).send(source);
      } catch (error) {
        this.#onError(error);
      } finally {
        this.#open -= 1;
      }
    });
  }
}

/** One stream, from its reader's connection until the reader is gone or the source has ended. */
class OpenStream {
  readonly #stream: SSEStreamingApi;
  readonly #clock: Clock;
  /** Whether the source called back since the last `next`. */
  #hasNews = false;
  #wake: () => void = () => undefined;

  constructor(stream: SSEStreamingApi, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    stream.onAbort(() => this.#wake());
  }

  async send(source: EventSource): Promise<void> {
    const unwatch = source.watch(() => {
      this.#hasNews = true;
      this.#wake();
    });
    try {
      // Shows the client that it is connected before anything happens.
      await this.#write(": open\n\n");
      while (!this.#stream.aborted) {
        this.#hasNews = false;
        const messages = await source.next();
        if (messages === "end") return;
        for (const message of messages) await this.#write(message);
        if (messages.length > 0 || this.#hasNews || this.#stream.aborted) continue;
        await this.#newsOrHeartbeat();
        if (!this.#hasNews) await this.#write(": heartbeat\n\n");
      }
    } finally {
      unwatch();
    }
  }

  /** Resolves when the reader has read the message or is gone. A reader that reads nothing for too long is disconnected. */
  async #write(message: SSEMessage | string): Promise<void> {
    const stream = this.#stream;
    if (stream.aborted) return;
    const cancel = this.#clock.wakeAt(this.#clock.now() + UNREAD_MS_MAX, () => stream.abort());
    await (typeof message === "string" ? stream.write(message) : stream.writeSSE(message));
    cancel();
  }

  /** Resolves when something happens, when the reader is gone, or when a heartbeat is due. */
  async #newsOrHeartbeat(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = this.#clock.wakeAt(this.#clock.now() + HEARTBEAT_MS, resolve);
    await promise;
    cancel();
  }
}

/** Whether a client prefers a stream to JSON. A HEAD request gets no stream. */
export function prefersEventStream(context: Context): boolean {
  if (context.req.method !== "GET") return false;
  const supports = ["application/json", EVENT_STREAM];
  return accepts(context, { header: "Accept", supports, default: "application/json" }) === EVENT_STREAM;
}
