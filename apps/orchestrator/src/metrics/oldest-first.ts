import TinyQueue from "tinyqueue";

interface Entry {
  readonly id: string;
  readonly since: number;
}

/** How many entries that are gone the queue may hold beside those that count. */
const GONE_MAX = 1_024;

/**
 * Ids with the instants since when they are here. It tells the oldest at once, however many there are: one that leaves stays in the queue until its
 * turn, or until too many such are in it.
 */
export class OldestFirst {
  readonly #since = new Map<string, number>();
  #queue = queueOf([]);

  get size(): number {
    return this.#since.size;
  }

  /** How many entries the queue holds, those that are gone included. */
  get queued(): number {
    return this.#queue.length;
  }

  /** The instant of the oldest; undefined: there is none. */
  get oldest(): number | undefined {
    for (let first = this.#queue.peek(); first; first = this.#queue.peek()) {
      if (this.#since.get(first.id) === first.since) return first.since;
      this.#queue.pop();
    }
    return undefined;
  }

  add(id: string, since: number): void {
    this.#since.set(id, since);
    this.#queue.push({ id, since });
  }

  delete(id: string): void {
    this.#since.delete(id);
    if (this.#queue.length <= 2 * this.#since.size + GONE_MAX) return;
    this.#queue = queueOf([...this.#since].map(([each, since]) => ({ id: each, since })));
  }
}

function queueOf(entries: Entry[]): TinyQueue<Entry> {
  return new TinyQueue(entries, (one, other) => one.since - other.since);
}
