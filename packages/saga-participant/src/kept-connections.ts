import { Buffer } from "node:buffer";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { Client, Dispatcher } from "undici";
import { type HttpReply, type HttpRequest, NotSent, oversized, REPLY_BYTES_MAX, UselessReply } from "./http-client.ts";
import { messageOf } from "./message-of.ts";
import { ownConnection } from "./own-connection.ts";

/** No time limit of undici's own: it starts anew with every piece of a reply, and the attempt's signal ends the whole call. */
const noLimits = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: 0 };
/**
 * How long a connection is kept without a request if the participant gives no hint, and how much earlier than a hint says it is given up, in
 * milliseconds. Common servers close an idle connection after five seconds.
 */
const idle = { keepAliveTimeout: 3_000, keepAliveTimeoutThreshold: 2_000 };

/**
 * Connections to one participant that are kept and used again, one request at a time on each. Each has a client of undici for itself, which
 * sends a request again only if nothing of it was written; so ending a call ends its connection, and no other call.
 */
export class KeptConnections {
  readonly #origin: string;
  /** The one used last at the end: it is the one that is least likely to be closed by now. */
  readonly #idle: Client[] = [];
  readonly #onConnection: (kind: "new" | "kept") => void;
  #isClosed = false;

  /** @param onConnection called when a call is sent: on a `new` connection, or on one that was `kept`. */
  constructor(url: string, onConnection: (kind: "new" | "kept") => void) {
    this.#origin = new URL(url).origin;
    this.#onConnection = onConnection;
  }

  /** As an `HttpClient` does. */
  async send(request: HttpRequest): Promise<HttpReply> {
    const { signal, url, ...options } = request;
    const kept = this.#idle.pop();
    const client = kept ?? (await this.#connect());
    // Also after the wait for undici, which is loaded before the first call.
    if (signal.aborted) {
      if (client) this.#keep(client);
      throw new NotSent(messageOf(signal.reason));
    }
    this.#onConnection(kept ? "kept" : "new");
    if (!client) return await ownConnection(request);
    const exchange = new Exchange();
    const end = () => void client.destroy(new Error(messageOf(signal.reason)));
    signal.addEventListener("abort", end);
    try {
      client.dispatch({ ...options, path: pathOf(url) }, exchange);
      const reply = await exchange.reply;
      this.#keep(client);
      return reply;
    } catch (error) {
      await client.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  /** Closes the idle connections, and the others as soon as their calls have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.splice(0).map((client) => client.destroy()));
  }

  /** Undefined where there is no such client: Bun has a module of its own under the name of undici, whose client sends nothing, and workerd none. */
  async #connect(): Promise<Client | undefined> {
    // It is loaded only where a participant keeps keys.
    const undici = await import("undici").catch(() => undefined);
    if (!undici || !("dispatch" in undici.Client.prototype)) return undefined;
    try {
      return new undici.Client(this.#origin, { ...noLimits, ...idle, pipelining: 1 });
    } catch (error) {
      throw new NotSent(messageOf(error), { cause: error });
    }
  }

  #keep(client: Client): void {
    if (this.#isClosed) void client.destroy();
    else this.#idle.push(client);
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

type ReplyHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Collects the reply to one request. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #reply = Promise.withResolvers<HttpReply>();
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #wasSent = false;
  #status = 0;
  #headers: ReplyHeaders = {};

  get reply(): Promise<HttpReply> {
    return this.#reply.promise;
  }

  /** Called before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#wasSent) controller.abort(new Error("the request would have been sent twice"));
    this.#wasSent = true;
  }

  /** Called for each informational reply too. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > REPLY_BYTES_MAX) controller.abort(oversized());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    try {
      const text = unpack(Buffer.concat(this.#chunks), this.#header("content-encoding"));
      this.#reply.resolve({ status: this.#status, text, header: (name) => this.#header(name) });
    } catch (error) {
      this.#reply.reject(error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#wasSent) this.#reply.reject(new NotSent(connectFailureOf(error), { cause: error }));
    else this.#reply.reject(isUseless(error) ? new UselessReply(error.message, { cause: error }) : error);
  }

  #header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === "object" ? value.join(", ") : value;
  }
}

/** Without the address, which is in the configuration. Where a name has several addresses, the error has no message of its own. */
function connectFailureOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return { ECONNREFUSED: "connection refused", ENOTFOUND: "name not found" }[code] ?? messageOf(error);
}

/** undici says so of a switch to another protocol, and of a 100 that no request asked for. */
function isUseless({ message }: Error): boolean {
  return message === "bad upgrade" || message === "bad response";
}

const unpackers = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };

function unpack(body: Uint8Array, encoding: string | undefined): string {
  const decoder = new TextDecoder();
  const known = Object.entries(unpackers).find(([name]) => name === encoding?.trim().toLowerCase());
  if (!known) return decoder.decode(body);
  const [, unpackWhole] = known;
  try {
    return decoder.decode(unpackWhole(body, { maxOutputLength: REPLY_BYTES_MAX }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") throw oversized();
    throw error;
  }
}
