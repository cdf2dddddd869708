import { OperationRefused, type Refusal } from "saga-core";

/** How many requests may have their refusals recorded at once. */
const UNDER_WAY_MAX = 10;
/** How many refusals are known to be on record, or to be of no saga that takes them. */
const KNOWN_MAX = 10_000;

/** A refusal, and the saga that it is about. */
export interface RefusalOf {
  readonly sagaId: string;
  readonly refusal: Refusal;
}

/**
 * Puts into the histories of sagas what identities were refused. Who may do nothing must not make work: the same is asked of a saga once, and of
 * what comes while many are under way nothing is recorded. The host's log has each.
 */
export class RefusalNotes {
  readonly #record: (sagaId: string, refusal: Refusal) => Promise<void>;
  /** The oldest first. */
  readonly #known = new Set<string>();
  #underWay = 0;

  constructor(record: (sagaId: string, refusal: Refusal) => Promise<void>) {
    this.#record = record;
  }

  /** Records what one request was refused. Resolves when that is done, and never fails. */
  async note(refusals: readonly RefusalOf[]): Promise<void> {
    const news = refusals.filter((each) => !this.#known.has(nameOf(each)));
    if (news.length === 0 || this.#underWay >= UNDER_WAY_MAX) return;
    this.#underWay += 1;
    for (const each of news) this.#know(nameOf(each));
    // One after the other: a request may be about many sagas.
    for (const each of news) await this.#noteOne(each);
    this.#underWay -= 1;
  }

  async #noteOne(each: RefusalOf): Promise<void> {
    try {
      await this.#record(each.sagaId, each.refusal);
    } catch (error) {
      // What the saga takes not now, it takes never; else, such as while the journal cannot be written, the next request tries again.
      if (!(error instanceof OperationRefused) || error.refusal === "draining") this.#known.delete(nameOf(each));
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
