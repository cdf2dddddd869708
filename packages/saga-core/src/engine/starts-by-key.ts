import type { StartedSaga } from "../ports/engine.ts";
import type { Saga } from "../transition/saga.ts";

/** A saga that begins, or that an earlier start with the same key made. */
export interface Start {
  readonly saga: Saga;
  readonly started: StartedSaga;
}

/** Exactly one saga per key: a concurrent start joins the one under way, a later one is found in the journal (rule 7). */
export class StartsByKey {
  readonly #find: (key: string) => Promise<Start | undefined>;
  readonly #underWay = new Map<string, Promise<Start>>();

  /** @param find gives the saga that the journal knows by a key. */
  constructor(find: (key: string) => Promise<Start | undefined>) {
    this.#find = find;
  }

  async once(key: string, begin: () => Start): Promise<Start> {
    const joined = this.#underWay.get(key);
    if (joined !== undefined) return await joined;
    const starting = this.#find(key).then((found) => found ?? begin());
    this.#underWay.set(key, starting);
    try {
      const start = await starting;
      // From here on the journal finds it.
      await start.started.accepted;
      return start;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
