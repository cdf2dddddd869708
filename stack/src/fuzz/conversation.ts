import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { clearTimeout, setTimeout } from "node:timers";
import { type HttpReply, readReply } from "./http-reply.ts";

/** A reply did not come for so long: the request hangs. It is long, because a busy machine is slow. */
const HANG_MS = 30_000;

/** A request that is not answered. */
export class Hang extends Error {
  override readonly name = "Hang";
}

/** One connection, with whatever bytes its client likes to send. */
export class Conversation {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const wake = () => this.#wake();
    socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      wake();
    });
    // A reset is a way to close.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isClosed = true;
      wake();
    });
  }

  static async open(port: number): Promise<Conversation> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new Conversation(socket);
  }

  /** Whether the server has closed it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether something came that was not asked for. */
  get hasMore(): boolean {
    return this.#received.length > 0;
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  /**
   * Waits for the next reply.
   *
   * @param ms for how long; undefined comes back after it. Default: until it hangs, which throws.
   * @returns `closed` when the server has closed the connection and sent no reply.
   * @throws Hang when neither comes, and MalformedReply.
   */
  async nextReply({
    isHead = false,
    ms,
  }: {
    readonly isHead?: boolean;
    readonly ms?: number;
  } = {}): Promise<HttpReply | "closed" | undefined> {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      this.#wake();
    }, ms ?? HANG_MS);
    try {
      for (;;) {
        const read = readReply(this.#received, { isHead, isClosed: this.#isClosed });
        if (read) {
          this.#received = read.rest;
          return read.reply;
        }
        if (this.#isClosed) return "closed";
        if (isOver && ms !== undefined) return undefined;
        if (isOver) throw new Hang(`There was no reply within ${HANG_MS / 1_000} s.`);
        await this.#woken();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #woken(): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    await woken.promise;
  }

  cut(): void {
    this.#socket.destroy();
  }
}
