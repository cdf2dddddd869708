import { type Clock, type FoundSaga, SignalRefused } from "saga-core";
import type { CorrelationQuery } from "saga-core/engine";
import { timings } from "../timings.ts";
import { delay } from "./delay.ts";

export interface HolderSearchPorts {
  /** The id of the saga that has a correlation now. */
  readonly holderOf: (query: CorrelationQuery) => Promise<string | undefined>;
  /** The saga as this process sees it; undefined where there is none, or nothing of it is written yet. */
  readonly get: (sagaId: string) => Promise<FoundSaga | undefined>;
  readonly clock: Clock;
  /** How long a signal waits for its saga, in milliseconds. */
  readonly signalWaitMsMax: number;
  /** How many signals wait so at a time. */
  readonly signalsWaitingMax: number;
}

/** Finds the sagas that signals are for. A saga may come to have its correlation in any process, so a signal that waits looks again and again. */
export class HolderSearch {
  readonly #ports: HolderSearchPorts;
  #count = 0;

  constructor(ports: HolderSearchPorts) {
    this.#ports = ports;
  }

  /**
   * The saga that has a correlation now. A correlation is claimed a moment before its saga starts: until that can be read, no saga has it.
   *
   * @throws UnreadableSaga or JournalError where it is not known what the saga is.
   */
  async now(query: CorrelationQuery): Promise<FoundSaga | undefined> {
    const { holderOf, get } = this.#ports;
    const holder = await holderOf(query);
    return holder === undefined ? undefined : await get(holder);
  }

  /**
   * The same. Where no saga has it, it waits for one for a while: what it would signal is not kept.
   *
   * @throws also SignalRefused if there is still none, or too many wait. Only those that wait count.
   */
  async find(query: CorrelationQuery): Promise<FoundSaga> {
    const holder = await this.now(query);
    if (holder) return holder;
    const { signalsWaitingMax } = this.#ports;
    if (this.#count >= signalsWaitingMax)
      throw new SignalRefused("overloaded", `${signalsWaitingMax} signals wait for their sagas, which is the limit.`);
    this.#count += 1;
    try {
      return await this.#wait(query);
    } finally {
      this.#count -= 1;
    }
  }

  async #wait(query: CorrelationQuery): Promise<FoundSaga> {
    const { clock, signalWaitMsMax } = this.#ports;
    const until = clock.now() + signalWaitMsMax;
    for (let waitMs: number = timings.holderLookMsMin; ; waitMs = Math.min(2 * waitMs, timings.holderLookMsMax)) {
      const leftMs = until - clock.now();
      if (leftMs <= 0) {
        const message = `No saga of ${query.definition} has this correlation for "${query.step}".`;
        throw new SignalRefused("correlation-unknown", message);
      }
      await delay(clock, Math.min(waitMs, leftMs)).over;
      const holder = await this.now(query);
      if (holder) return holder;
    }
  }
}
