import type { FoundSaga, SagaEvent } from "saga-core";
import { isLateSignal, newRestOf, type RestPhase } from "../engines/rest-phase.ts";
import type { MetricRegistry } from "./metric-registry.ts";

/** What operators requested, by the event that records it. */
const operations: Partial<Readonly<Record<SagaEvent["type"], string>>> = {
  "cancel-requested": "cancel",
  "retry-requested": "retry",
  resolved: "resolve",
  "wait-ended": "end_wait",
  acknowledged: "acknowledge",
};

/** Counts what the events of sagas say. It knows no saga: all that it counts is in the event and the saga after it. */
export class EventCounters {
  readonly #started;
  readonly #ended;
  readonly #duration;
  readonly #turned;
  readonly #needsHuman;
  readonly #operations;
  readonly #lateSignals;
  readonly #resumed;

  /** @param definitions those that are served: their counters begin at 0, so that their first saga is an increase. */
  constructor(registry: MetricRegistry, definitions: readonly string[]) {
    this.#started = registry.counter("saga_started_total");
    this.#ended = registry.counter("saga_ended_total");
    this.#duration = registry.histogram("saga_duration_seconds");
    this.#turned = registry.counter("saga_turned_total");
    this.#needsHuman = registry.counter("saga_needs_intervention_total");
    this.#operations = registry.counter("saga_operations_total");
    this.#lateSignals = registry.counter("saga_late_signals_total");
    this.#resumed = registry.counter("saga_resumed_total");
    for (const definition of definitions) {
      this.#started.inc({ definition }, 0);
      for (const outcome of ["completed", "cancelled"]) this.#ended.inc({ definition, outcome }, 0);
    }
  }

  count(found: FoundSaga, event: SagaEvent): void {
    const { definition } = found.saga;
    if (event.type === "started") this.#started.inc({ definition });
    else if (event.type === "resumed") this.#resumed.inc({ definition });
    else if (isLateSignal(found, event)) this.#lateSignals.inc({ definition, step: event.step });
    else if (event.type === "closing-recorded") this.#countTurn(found);
    const operation = operations[event.type];
    if (operation !== undefined) this.#operations.inc({ definition, operation });
    const rest = newRestOf(found.saga);
    if (rest) this.#countRest(found, rest);
  }

  #countTurn({ saga: { definition, phase } }: FoundSaga): void {
    const turned = phase.name === "needs-intervention" ? phase.during : phase;
    if ("turn" in turned) this.#turned.inc({ definition, cause: turned.turn.cause });
  }

  #countRest({ saga }: FoundSaga, rest: RestPhase): void {
    const { definition } = saga;
    if (rest.name === "needs-intervention") {
      const { step, action, reason } = rest;
      this.#needsHuman.inc({ definition, step, action, reason: reason.replaceAll("-", "_") });
      return;
    }
    const labels = { definition, outcome: rest.name };
    this.#ended.inc(labels);
    this.#duration.observe(labels, (saga.updatedAt - saga.createdAt) / 1_000);
  }
}
