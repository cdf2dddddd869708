import type { Clock } from "../ports/clock.ts";
import type { FoundSaga } from "../ports/found-saga.ts";
import type { Journal } from "../ports/journal.ts";
import { correlationAt } from "../transition/claims.ts";
import type { SagaEvent } from "../transition/event.ts";
import { stateOf, stepOf } from "../transition/view.ts";
import { openWait } from "../transition/waits.ts";
import type { Correlations } from "./correlations.ts";
import { resumedEvent } from "./resumed-event.ts";
import type { WakeTimers } from "./wake-timers.ts";

export interface SleepingSagasPorts {
  readonly journal: Pick<Journal, "indexAgain">;
  readonly clock: Clock;
  readonly timers: WakeTimers;
  readonly correlations: Pick<Correlations, "check">;
}

/** Sagas that wait out of memory (ADR 11): at a wait, for an instant, or parked. */
export class SleepingSagas {
  readonly #ports: SleepingSagasPorts;

  constructor(ports: SleepingSagasPorts) {
    this.#ports = ports;
  }

  /** Whether the journal holds all that was done for a saga that is not in memory. At a wait nothing is in doubt, also after a restart. */
  isWhole({ saga, controller }: FoundSaga): boolean {
    return this.#ports.timers.has(saga.id) || saga.isParked === true || openWait(controller, saga) !== undefined;
  }

  /** The event by which it goes on: one that slept wakes, one of an earlier process is resumed. */
  wakingEvent(found: FoundSaga): SagaEvent {
    const at = this.#ports.clock.now();
    const isAsleep = this.isWhole(found) && !found.saga.isParked;
    return isAsleep ? { type: "woken", at } : resumedEvent(found.saga, at);
  }

  /** Lets a saga that stands at a wait whose time is not over sleep on, also after a restart. Returns whether it does. */
  sleepsOn({ saga, controller }: FoundSaga): boolean {
    const { clock, timers, correlations, journal } = this.#ports;
    const open = saga.isParked ? undefined : openWait(controller, saga);
    const { step, waitingUntil = Infinity } = open?.progress ?? {};
    if (step === undefined || waitingUntil <= clock.now()) return false;
    timers.set(saga.id, waitingUntil);
    journal.indexAgain?.({ saga, state: stateOf(controller, saga), step: stepOf(controller, saga) });
    const correlation = correlationAt(saga, step);
    if (correlation !== undefined) correlations.check(saga, { type: "listen", step, correlation });
    return true;
  }
}
