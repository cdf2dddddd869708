import type { FoundSaga, SagaListener } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import { advance } from "../transition/advance.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import { stateOf, stepOf } from "../transition/view.ts";
import { openWait } from "../transition/waits.ts";

export interface NotedEventsPorts {
  readonly journal: Journal;
  readonly notify: SagaListener;
}

/** A saga after an event, and when that is durable. */
export interface Noted {
  readonly found: FoundSaga;
  readonly durable: () => Promise<void>;
}

/**
 * Records what is only noted of a saga that is not in memory: a signal that is kept or late, that a person has dealt with such, and what somebody was
 * refused. The saga is not read into memory for it: it keeps its alarm, and its place at its participant.
 */
export class NotedEvents {
  readonly #ports: NotedEventsPorts;

  constructor(ports: NotedEventsPorts) {
    this.#ports = ports;
  }

  /** Undefined: the event makes the saga go on, and was not recorded. */
  note({ saga, controller }: FoundSaga, event: SagaEvent): Noted | undefined {
    const { saga: after, records } = advance(controller, saga, event);
    if (!isOnlyNoted({ saga, controller }, after)) return undefined;
    const { journal, notify } = this.#ports;
    for (const record of records)
      journal.append({ ...record, state: stateOf(controller, record.saga), step: stepOf(controller, record.saga) });
    const found = { saga: after, controller };
    // At once, as a saga in memory reports: what makes the saga go on may come before this record is durable.
    notify(found, event);
    return { found, durable: () => journal.durable(saga.id) };
  }
}

/** Whether it is where it was: parked, at rest, or at its wait. */
function isOnlyNoted({ saga, controller }: FoundSaga, after: Saga): boolean {
  if (after.phase !== saga.phase) return false;
  const stays = after.isParked || isAtRest(saga);
  return (
    stays ||
    (openWait(controller, saga) !== undefined && openWait(controller, after)?.progress === openWait(controller, saga)?.progress)
  );
}
