import { type Signal, signal } from "@preact/signals";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { consoleHeaders, root } from "./client.ts";

/** How a view learns of changes: by a stream of events, or, where there is none, by asking again and again. `ended`: nothing more will come. `missing`: there is no such thing. */
export type Liveness = "connecting" | "live" | "polling" | "ended" | "missing";

const POLL_MS = 3_000;
const RECONNECT_MS = 9_000;
const REOPEN_MS = 250;
/** The server sends a comment after 15 s of silence: a stream that is silent for twice as long, and some more, is dead. */
const SILENT_MS_MAX = 35_000;

export interface LiveOptions {
  /** The route, below the root, whose stream is read. */
  readonly path: string;
  /** Called with each message. */
  readonly onMessage: (data: string, event: string | undefined) => void;
  /** Called when something may have been missed, and while there is no stream. */
  readonly onRefresh: () => void;
  /** Whether a reply that there is no such thing ends it: asking again would not make it appear. */
  readonly stopsWhereMissing?: boolean | undefined;
}

/**
 * Follows a stream of server-sent events. It is read by `fetch`, because `EventSource` sends no header of ours. When it breaks, the view is read again every
 * few seconds, which `state` says, until the stream is back.
 */
export class Live {
  readonly state: Signal<Liveness> = signal("connecting");
  readonly #options: LiveOptions;
  readonly #stopping = new AbortController();
  #lastId = "";

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#follow().catch(() => this.#stopping.abort());
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #follow(): Promise<void> {
    const { signal: stop } = this.#stopping;
    while (!stop.aborted) {
      const hadStream = await this.#readStream().catch(() => false);
      if (stop.aborted || this.#isOver) return;
      // A stream that ended is opened again soon: there may have been nothing to tell but its end.
      if (hadStream) {
        this.#options.onRefresh();
        await pause(REOPEN_MS, stop);
        continue;
      }
      // What came while the stream was dead or cut was missed.
      if (this.state.peek() === "live") this.#options.onRefresh();
      this.state.value = "polling";
      for (let waited = 0; waited < RECONNECT_MS && !stop.aborted; waited += POLL_MS) {
        await pause(POLL_MS, stop);
        if (!stop.aborted) this.#options.onRefresh();
      }
    }
  }

  get #isOver(): boolean {
    const state = this.state.peek();
    return state === "ended" || state === "missing";
  }

  /** Returns whether there was a stream, when it has ended. A dead one is cut, which rejects. */
  async #readStream(): Promise<boolean> {
    const silence = new Silence(SILENT_MS_MAX);
    try {
      return await this.#readUntilEnd(silence);
    } finally {
      silence.stop();
    }
  }

  async #readUntilEnd(silence: Silence): Promise<boolean> {
    const headers = {
      ...consoleHeaders,
      accept: "text/event-stream",
      ...(this.#lastId !== "" && { "last-event-id": this.#lastId }),
    };
    const signal = AbortSignal.any([this.#stopping.signal, silence.signal]);
    const reply = await fetch(`${root}/${this.#options.path}`, { headers, signal, cache: "no-store" });
    if (!reply.ok || !reply.body || reply.status === 204) {
      this.#noteNoStream(reply);
      return false;
    }
    if (this.state.peek() === "polling") this.#options.onRefresh();
    this.state.value = "live";
    const bytes = reply.body.pipeThrough(silence.watching());
    const messages = bytes.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
    while (true) {
      const { done, value } = await messages.read();
      if (done) return true;
      if (value.id !== undefined) this.#lastId = value.id;
      this.#options.onMessage(value.data, value.event);
    }
  }

  #noteNoStream({ status }: Response): void {
    if (status === 204) {
      // What was polled last may be older than the end.
      if (this.state.peek() === "polling") this.#options.onRefresh();
      this.state.value = "ended";
    } else if (status === 422 && this.#lastId !== "") {
      // The server does not know the event that was seen last: its journal is another one now.
      this.#lastId = "";
    } else if ((status === 404 || status === 422) && this.#options.stopsWhereMissing === true) {
      this.state.value = "missing";
    }
  }
}

/** Gives a signal when nothing has come for too long: a line that hangs says nothing by itself. */
class Silence {
  readonly #ms: number;
  readonly #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.#wait();
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Lets bytes through, and notes that they came. */
  watching(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    return new TransformStream({
      transform: (chunk, controller) => {
        this.#wait();
        controller.enqueue(chunk);
      },
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#over.abort(), this.#ms);
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
