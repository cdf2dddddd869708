import { joinBytes, type Messages } from "./event-source.ts";

/** How many bytes of messages are kept for the readers that have not read them yet; for all of them together. */
const BACKLOG_BYTES_MAX = 2 ** 20;
/** A reader takes about so many bytes at a time. */
const READ_BYTES = 2 ** 16;

interface Entry {
  readonly bytes: Uint8Array;
  readonly fits: readonly ReadersOfFilter[];
}

/** The last messages, each kept once for all filters that it fits. */
export class ChangeBacklog {
  readonly #all = new Set<ReadersOfFilter>();
  readonly #entries: Entry[] = [];
  readonly #untold = new Set<ReadersOfFilter>();
  #bytes = 0;

  /** @param onGone called when the last reader is removed. */
  newReaders(onGone: () => void): ReadersOfFilter {
    const readers = new ReadersOfFilter(() => {
      this.#all.delete(readers);
      onGone();
    });
    this.#all.add(readers);
    return readers;
  }

  /** Adds a message for the readers of some filters. The oldest ones give way to it. */
  append(bytes: Uint8Array, fits: readonly ReadersOfFilter[]): void {
    this.#entries.push({ bytes, fits });
    this.#bytes += bytes.length;
    for (const readers of fits) {
      readers.append(bytes);
      this.#untold.add(readers);
    }
    while (this.#bytes > BACKLOG_BYTES_MAX) this.#dropOldest();
  }

  /** Tells the readers of what was appended. */
  tell(): void {
    for (const readers of this.#untold) readers.tell();
    this.#untold.clear();
  }

  /** Messages that should have come were lost: no reader can read on. */
  lose(): void {
    while (this.#entries.length > 0) this.#dropOldest();
    for (const readers of this.#all) {
      readers.lose();
      this.#untold.add(readers);
    }
  }

  #dropOldest(): void {
    const oldest = this.#entries.shift();
    if (!oldest) return;
    this.#bytes -= oldest.bytes.length;
    for (const readers of oldest.fits) readers.dropOldest();
  }
}

/** The messages that fit one filter, by their positions, and its readers. A position says how far a reader has read. */
export class ReadersOfFilter {
  readonly #onGone: () => void;
  readonly #readers = new Set<() => void>();
  readonly #messages: Uint8Array[] = [];
  /** What was read last: readers that read at the same position get the same bytes. */
  #lastRead: { readonly from: number; readonly until: number; readonly bytes: Uint8Array } | undefined;
  #begin = 0;

  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  /** The position of the oldest message that is kept. */
  get begin(): number {
    return this.#begin;
  }

  /** The position after the newest message. */
  get end(): number {
    return this.#begin + this.#messages.length;
  }

  add(onChange: () => void): void {
    this.#readers.add(onChange);
  }

  remove(onChange: () => void): void {
    this.#readers.delete(onChange);
    if (this.#readers.size === 0) this.#onGone();
  }

  /** The next messages from a position on, as many as a reader takes at a time, and the position after them; undefined if there are none. */
  read(from: number): (Messages & { readonly until: number }) | undefined {
    if (from >= this.end) return undefined;
    if (this.#lastRead?.from !== from) this.#lastRead = this.#join(from);
    const { until, bytes } = this.#lastRead;
    return { until, bytes, hasMore: until < this.end };
  }

  #join(from: number): { readonly from: number; readonly until: number; readonly bytes: Uint8Array } {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const message of this.#messages.slice(from - this.#begin)) {
      if (length > 0 && length + message.length > READ_BYTES) break;
      parts.push(message);
      length += message.length;
    }
    return { from, until: from + parts.length, bytes: joinBytes(parts) };
  }

  append(bytes: Uint8Array): void {
    this.#messages.push(bytes);
  }

  dropOldest(): void {
    this.#messages.shift();
    this.#begin += 1;
  }

  lose(): void {
    this.#begin = this.end + 1;
    this.#messages.length = 0;
  }

  tell(): void {
    for (const onChange of this.#readers) onChange();
  }
}
