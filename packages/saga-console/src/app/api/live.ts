import { type Signal, signal } from "@preact/signals";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { consoleHeaders, root } from "./client.ts";

/** How a view learns of changes: by a stream of events, or, where there is none, by asking again and again. `ended`: nothing more will come. */
export type Liveness = "connecting" | "live" | "polling" | "ended";

const POLL_MS = 3_000;
const RECONNECT_MS = 9_000;
const REOPEN_MS = 250;

export interface LiveOptions {
  /** The route, below the root, whose stream is read. */
  readonly path: string;
  /** Called with each message. */
  readonly onMessage: (data: string, event: string | undefined) => void;
  /** Called when something may have been missed, and while there is no stream. */
  readonly onRefresh: () => void;
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
      if (stop.aborted || this.state.peek() === "ended") return;
      // A stream that ended is opened again soon: there may have been nothing to tell but its end.
      if (hadStream) {
        this.#options.onRefresh();
        await pause(REOPEN_MS, stop);
        continue;
      }
      this.state.value = "polling";
      for (let waited = 0; waited < RECONNECT_MS && !stop.aborted; waited += POLL_MS) {
        await pause(POLL_MS, stop);
        if (!stop.aborted) this.#options.onRefresh();
      }
    }
  }

  /** Returns whether there was a stream, when it has ended. */
  async #readStream(): Promise<boolean> {
    const headers = {
      ...consoleHeaders,
      accept: "text/event-stream",
      ...(this.#lastId !== "" && { "last-event-id": this.#lastId }),
    };
    const reply = await fetch(`${root}/${this.#options.path}`, { headers, signal: this.#stopping.signal, cache: "no-store" });
    if (reply.status === 204) {
      this.state.value = "ended";
      return false;
    }
    if (!reply.ok || !reply.body) return false;
    if (this.state.peek() === "polling") this.#options.onRefresh();
    this.state.value = "live";
    const messages = reply.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
    while (true) {
      const { done, value } = await messages.read();
      if (done) return true;
      if (value.id !== undefined) this.#lastId = value.id;
      this.#options.onMessage(value.data, value.event);
    }
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
