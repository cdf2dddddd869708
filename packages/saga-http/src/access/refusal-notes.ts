import { OperationRefused, type Refusal } from "saga-core";

/** How many requests may have their refusals recorded at once. */
const UNDER_WAY_MAX = 10;
/** How many refusals are remembered that need not be asked for again. */
const KNOWN_MAX = 10_000;

/** A refusal, and the saga that it is about. */
export interface RefusalOf {
  readonly sagaId: string;
  readonly refusal: Refusal;
}

/**
 * Records in the histories of sagas what identities were refused. An identity that may do nothing must not make work: a saga is asked for the same
 * record once, and while many requests have theirs recorded, that of a further one is left out. The host's log has every refusal.
 */
export class RefusalNotes {
  readonly #record: (sagaId: string, refusal: Refusal) => Promise<void>;
  /** The oldest first. */
  readonly #known = new Set<string>();
  #underWay = 0;

  constructor(record: (sagaId: string, refusal: Refusal) => Promise<void>) {
    this.#record = record;
  }

  /** Records what one request was refused. Resolves when that is done, and never rejects. */
  async note(refusals: readonly RefusalOf[]): Promise<void> {
    const news = new Map(refusals.map((each) => [nameOf(each), each]));
    for (const name of news.keys()) if (this.#known.has(name)) news.delete(name);
    if (news.size === 0 || this.#underWay >= UNDER_WAY_MAX) return;
    this.#underWay += 1;
    for (const name of news.keys()) this.#know(name);
    // One after the other: a request may be about many sagas.
    for (const [name, each] of news) if (!(await this.#isAnswered(each))) this.#known.delete(name);
    this.#underWay -= 1;
  }

  /** Whether the saga answered, so that asking again would change nothing. Not while the engine drains, or the journal cannot be written. */
  async #isAnswered({ sagaId, refusal }: RefusalOf): Promise<boolean> {
    try {
      await this.#record(sagaId, refusal);
      return true;
    } catch (error) {
      return error instanceof OperationRefused && error.refusal !== "draining";
    }
  }

  #know(name: string): void {
    const [oldest] = this.#known;
    if (oldest !== undefined && this.#known.size >= KNOWN_MAX) this.#known.delete(oldest);
    this.#known.add(name);
  }
}

function nameOf({ sagaId, refusal: { operation, because, by } }: RefusalOf): string {
  return JSON.stringify([sagaId, operation, because, by]);
}
