import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { Clock } from "saga-core";
import type { Caller } from "../access/access.ts";
import { ProblemError } from "../problems/problem.ts";
import type { EventSource } from "./event-source.ts";
import { OpenStream } from "./open-stream.ts";

/** The most streams that may be open at a time (rule 9). */
const STREAMS_MAX = 1_000;
const EVENT_STREAM = "text/event-stream";
/** Every so often, in milliseconds, at most this many streams are written to: 500 writes a second leave the process to its sagas. */
const ROUND_MS = 50;
const WRITES_PER_ROUND = 25;
/** How often the time of each stream is looked at, in milliseconds. */
const LOOK_MS = 1_000;

/** The connection of a request, as its server knows it. */
export interface Connection {
  /** The address of the client, or of the proxy before it; undefined if it is gone. */
  readonly address: string | undefined;
  /** Closes the connection at once. */
  readonly close: () => void;
}

export interface EventStreamsOptions {
  readonly clock: Clock;
  /** Called with the error that cut a stream; its reader connects again, and gets the error as a problem. */
  readonly onError: (error: unknown) => void;
  /** The connection of a request, from what its server passes to `fetch` beside it. Default: unknown. */
  readonly connectionOf?: ((bindings: unknown) => Connection | undefined) | undefined;
  /** The most streams that one address may have open. 0, the default: no limit but the one of all. */
  readonly streamsPerAddressMax?: number | undefined;
  /** Called when a stream is opened or closed. Default: nothing. */
  readonly onStream?: ((change: "opened" | "closed") => void) | undefined;
}

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as fast as their readers read. Many readers take no
 * more of the process than some: they are written to in turns.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #open = new Set<OpenStream>();
  readonly #openOfAddress = new Map<string, number>();
  /** The streams that have something for a reader that waits, in the order in which they get their turn. */
  readonly #due = new Set<OpenStream>();
  #lastRoundAt = Number.NEGATIVE_INFINITY;
  #cancelRound: (() => void) | undefined;
  #cancelLook: () => void = () => undefined;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /**
   * @param caller who reads it. The stream ends within a minute after the caller lost its access.
   * @param makeSource called unless the stream is refused.
   * @throws ProblemError when too many streams are open, in all or by this address.
   */
  open(context: Context, caller: Caller, makeSource: () => EventSource): Response {
    const { clock, connectionOf } = this.#options;
    const connection = connectionOf?.(context.env);
    const address = connection?.address;
    this.#refuseTooMany(address);
    this.#count(address, 1);
    const stream = new OpenStream({
      source: makeSource(),
      clock,
      onDue: () => this.#makeDue(stream),
      onClosed: () => this.#closed(stream, address),
      closeConnection: connection?.close,
      isStillAllowed: caller.isStillAllowed,
    });
    this.#open.add(stream);
    this.#options.onStream?.("opened");
    if (this.#open.size === 1) this.#lookLater();
    // The length is unknown: the header keeps a server from waiting for a part of the body.
    const headers = { "content-type": EVENT_STREAM, "cache-control": "no-cache", "transfer-encoding": "chunked" };
    return new Response(stream.body, { headers });
  }

  #refuseTooMany(address: string | undefined): void {
    if (this.#open.size >= STREAMS_MAX) {
      throw new ProblemError("overloaded", { detail: `${STREAMS_MAX} event streams are open, which is the limit.` });
    }
    const { streamsPerAddressMax: max = 0 } = this.#options;
    if (max > 0 && address !== undefined && (this.#openOfAddress.get(address) ?? 0) >= max) {
      throw new ProblemError("overloaded", {
        detail: `${address} has ${max} event streams open, which is the limit of one address.`,
      });
    }
  }

  #count(address: string | undefined, change: 1 | -1): void {
    if (address === undefined) return;
    const open = (this.#openOfAddress.get(address) ?? 0) + change;
    if (open > 0) this.#openOfAddress.set(address, open);
    else this.#openOfAddress.delete(address);
  }

  #closed(stream: OpenStream, address: string | undefined): void {
    if (this.#open.delete(stream)) this.#options.onStream?.("closed");
    this.#due.delete(stream);
    this.#count(address, -1);
    if (this.#open.size === 0) this.#cancelLook();
  }

  #makeDue(stream: OpenStream): void {
    this.#due.add(stream);
    const { clock } = this.#options;
    this.#cancelRound ??= clock.wakeAt(Math.max(clock.now(), this.#lastRoundAt + ROUND_MS), () => this.#serveRound());
  }

  #serveRound(): void {
    this.#cancelRound = undefined;
    this.#lastRoundAt = this.#options.clock.now();
    for (const stream of [...this.#due].slice(0, WRITES_PER_ROUND)) {
      this.#due.delete(stream);
      stream.serve().catch((error: unknown) => this.#fail(stream, error));
    }
    const [next] = this.#due;
    if (next) this.#makeDue(next);
  }

  #fail(stream: OpenStream, error: unknown): void {
    this.#options.onError(error);
    stream.end();
  }

  #lookLater(): void {
    const { clock } = this.#options;
    this.#cancelLook = clock.wakeAt(clock.now() + LOOK_MS, () => {
      this.#lookLater();
      for (const stream of this.#open) stream.look().catch((error: unknown) => this.#fail(stream, error));
    });
  }
}

/** Whether a client prefers a stream to JSON. A HEAD request gets no stream. */
export function prefersEventStream(context: Context): boolean {
  if (context.req.method !== "GET") return false;
  const supports = ["application/json", EVENT_STREAM];
  return accepts(context, { header: "Accept", supports, default: "application/json" }) === EVENT_STREAM;
}
