import type { Clock } from "../ports/clock.ts";
import { type CorrelationQuery, correlationName, type Journal } from "../ports/journal.ts";
import { SignalRefused } from "../ports/signals.ts";
import type { Claim, Listen } from "../transition/command.ts";
import type { Saga } from "../transition/saga.ts";

/** How long a signal waits for a saga that has its correlation, where no other time is given, in milliseconds. */
export const SIGNAL_WAIT_MS_MAX_DEFAULT = 5_000;
/** The most signals that wait so, where no other number is given. */
export const SIGNALS_WAITING_MAX_DEFAULT = 1_000;

export interface CorrelationsPorts {
  readonly journal: Pick<Journal, "holderOfCorrelation">;
  readonly clock: Clock;
  readonly signalWaitMsMax: number;
  readonly signalsWaitingMax: number;
  /** Another saga has the correlation of a step that a saga waits at. */
  readonly refuse: (sagaId: string, step: string, holder: string) => Promise<void>;
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Finds sagas by their correlations. */
export class Correlations {
  readonly #ports: CorrelationsPorts;
  /** The signals that wait for a saga, by what they know of it. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #waitingCount = 0;

  constructor(ports: CorrelationsPorts) {
    this.#ports = ports;
  }

  /** A record of the saga brought these: signals that wait for them go on. */
  claimed({ definition }: Saga, claims: readonly Claim[]): void {
    for (const { step, correlation } of claims)
      for (const look of this.#waiting.get(correlationName({ definition, step, correlation })) ?? []) look();
  }

  /** A saga waits for a signal by its correlation: if another saga has it, the saga needs a human. */
  check({ id, definition }: Saga, { step, correlation }: Listen): void {
    if (correlation === undefined) return;
    const { journal, refuse, onDefect } = this.#ports;
    journal
      .holderOfCorrelation({ definition, step, correlation })
      .then((holder) => (holder === undefined || holder === id ? undefined : refuse(id, step, holder)))
      .catch((error: unknown) => onDefect(error, id));
  }

  /** The id of the saga that has a correlation now. */
  async holderOf(query: CorrelationQuery): Promise<string | undefined> {
    return await this.#ports.journal.holderOfCorrelation(query);
  }

  /**
   * The id of the saga that has a correlation. Where none does, it waits for one for a while: what it would signal is not kept.
   *
   * @throws SignalRefused if there is still none, or too many wait.
   */
  async find(query: CorrelationQuery): Promise<string> {
    const { journal, clock, signalWaitMsMax } = this.#ports;
    const until = clock.now() + signalWaitMsMax;
    for (;;) {
      const claim = this.#nextClaim(query, until);
      try {
        const holder = await journal.holderOfCorrelation(query);
        if (holder !== undefined) return holder;
        if (clock.now() >= until)
          throw new SignalRefused(
            "correlation-unknown",
            `No saga of ${query.definition} has this correlation for "${query.step}".`,
          );
        await this.#wait(claim.come);
      } finally {
        claim.end();
      }
    }
  }

  /** Only those that wait count: a signal whose saga is there finds it, however many wait for theirs. */
  async #wait(come: Promise<void>): Promise<void> {
    const { signalsWaitingMax: max } = this.#ports;
    if (this.#waitingCount >= max)
      throw new SignalRefused("overloaded", `${max} signals wait for their sagas, which is the limit.`);
    this.#waitingCount += 1;
    await come;
    this.#waitingCount -= 1;
  }

  /** Registered before the journal is asked: no claim is missed between the two. */
  #nextClaim(query: CorrelationQuery, until: number): { readonly come: Promise<void>; readonly end: () => void } {
    const name = correlationName(query);
    const { promise: come, resolve: look } = Promise.withResolvers<void>();
    const cancel = this.#ports.clock.wakeAt(until, look);
    const looks = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, looks.add(look));
    const end = () => {
      cancel();
      looks.delete(look);
      if (looks.size === 0 && this.#waiting.get(name) === looks) this.#waiting.delete(name);
    };
    return { come, end };
  }
}
