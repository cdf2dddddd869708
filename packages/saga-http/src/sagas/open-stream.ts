import type { Clock } from "saga-core";
import { type EventSource, renderComment } from "./event-source.ts";

const OPEN = renderComment("open");
const HEARTBEAT = renderComment("heartbeat");
/** The longest silence on a stream; then it sends a comment. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is disconnected. */
const UNREAD_MS_MAX = 60_000;
/** How long a stream goes on before the access of its reader is looked at again. */
const ADMITTED_MS = 60_000;

export interface OpenStreamOptions {
  readonly source: EventSource;
  readonly clock: Clock;
  /** Called when the stream has something to send and its reader waits for it: `serve` is due. */
  readonly onDue: () => void;
  /** Called once, when the stream has ended or its reader is gone. */
  readonly onClosed: () => void;
  /** Closes the connection, where the host gave one. */
  readonly closeConnection?: (() => void) | undefined;
  /** Whether its reader still has access: its token may have expired. Default: always. */
  readonly isStillAllowed?: (() => Promise<boolean>) | undefined;
}

/**
 * One stream, from its reader's connection until the reader is gone or the source has ended. Nothing is fetched or sent before its reader has
 * taken what was sent before.
 */
export class OpenStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: OpenStreamOptions;
  readonly #unwatch: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Tells the runtime that its reader gets more; undefined unless the reader waits. */
  #give: (() => void) | undefined;
  #isServing = false;
  #hasNews = true;
  #isClosed = false;
  #lastSentAt: number;
  #admittedAt: number;

  constructor(options: OpenStreamOptions) {
    this.#options = options;
    this.#lastSentAt = options.clock.now();
    this.#admittedAt = this.#lastSentAt;
    const stream = {
      start: (controller: ReadableStreamDefaultController<Uint8Array>) => {
        this.#controller = controller;
        // Shows the client that it is connected before anything happens.
        controller.enqueue(OPEN);
      },
      pull: () => this.#wait(),
      cancel: () => this.#close(),
    };
    this.body = new ReadableStream<Uint8Array>(stream, { highWaterMark: 0 });
    this.#unwatch = options.source.watch(() => {
      this.#hasNews = true;
      this.#dueIfWaiting();
    });
  }

  /** Sends what the source has. Rejects when the source cannot be read. */
  async serve(): Promise<void> {
    if (this.#isClosed || this.#isServing || !this.#give) return;
    this.#isServing = true;
    try {
      if (this.#hasNews) {
        this.#hasNews = false;
        const news = await this.#options.source.next();
        if (news === "end") return this.end();
        if (news) {
          this.#hasNews ||= news.hasMore;
          return this.#send(news.bytes);
        }
      }
      if (this.#silentMs() >= HEARTBEAT_MS) this.#send(HEARTBEAT);
    } finally {
      this.#isServing = false;
      if (this.#hasNews) this.#dueIfWaiting();
    }
  }

  /**
   * Looks after the time: a heartbeat may be due, the reader may have read nothing for too long, or may have lost its access. Rejects where that
   * cannot be found out.
   */
  async look(): Promise<void> {
    const silentMs = this.#silentMs();
    if (this.#give) {
      if (silentMs >= HEARTBEAT_MS) this.#options.onDue();
    } else if (silentMs >= UNREAD_MS_MAX || this.#options.source.hasLostSome()) {
      this.#cut();
    }
    const now = this.#options.clock.now();
    if (now - this.#admittedAt < ADMITTED_MS) return;
    this.#admittedAt = now;
    if ((await this.#options.isStillAllowed?.()) === false) this.end();
  }

  /** Ends the stream after what was sent. */
  end(): void {
    if (this.#isClosed) return;
    this.#controller?.close();
    this.#give?.();
    this.#close();
  }

  #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#give = resolve;
    if (this.#hasNews) this.#dueIfWaiting();
    return promise;
  }

  #dueIfWaiting(): void {
    if (this.#give && !this.#isServing && !this.#isClosed) this.#options.onDue();
  }

  #send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#lastSentAt = this.#options.clock.now();
    const give = this.#give;
    this.#give = undefined;
    this.#controller?.enqueue(bytes);
    give?.();
  }

  #silentMs(): number {
    return this.#options.clock.now() - this.#lastSentAt;
  }

  /** What was sent and not read is lost. */
  #cut(): void {
    const { closeConnection } = this.#options;
    if (closeConnection) closeConnection();
    else this.#controller?.error(new Error("The reader of an event stream reads too slowly."));
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unwatch();
    this.#options.onClosed();
  }
}
