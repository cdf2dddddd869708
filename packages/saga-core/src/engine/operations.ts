import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import type { OperatedSaga } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { NotedEvents } from "./noted-events.ts";
import { type OperationRequest, operationEvent } from "./operation-event.ts";
import { drainingRefusal, unreturnedRefusal } from "./refusals.ts";
import type { Origin } from "./run-position.ts";
import type { Place, SagaPlaces } from "./saga-places.ts";
import type { SagaRun } from "./saga-run.ts";
import type { UnreturnedCalls } from "./unreturned-calls.ts";

export interface OperationPorts {
  readonly places: SagaPlaces;
  readonly noted: NotedEvents;
  readonly unreturned: UnreturnedCalls;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "failure">;
  readonly isDraining: () => boolean;
  readonly run: (controller: Controller, origin: Origin) => SagaRun;
}

/** A saga after an operation, and when that is durable. */
interface Operated {
  readonly found: OperatedSaga;
  readonly durable: () => Promise<void>;
}

/** Applies what people request, one operation at a time for each saga. */
export class Operations {
  readonly #ports: OperationPorts;

  constructor(ports: OperationPorts) {
    this.#ports = ports;
  }

  /**
   * Resolves when the operation is durable (rule 5).
   *
   * @throws OperationRefused, or JournalError while nothing can be written; UnreadableSaga.
   */
  async operate(sagaId: string, request: OperationRequest): Promise<OperatedSaga> {
    this.#refuseAll();
    const { found, durable } = await this.#ports.places.with(sagaId, (place) => this.#apply(place, request));
    await durable();
    return found;
  }

  #refuseAll(): void {
    const { isDraining, journal } = this.#ports;
    if (isDraining()) throw drainingRefusal();
    if (journal.failure) throw journal.failure;
  }

  #apply(place: Place, request: OperationRequest): Operated {
    const { clock, unreturned, noted, run: runFrom } = this.#ports;
    this.#refuseAll();
    const { saga, controller } = place.name === "in-memory" ? place.run : place.found;
    const event = operationEvent({ saga, controller }, request, clock.now());
    const refusal = unreturnedRefusal(saga.id, event, unreturned);
    if (refusal) throw refusal;
    // The internal records that follow from it come after it.
    const eventSeq = saga.seq + 1;
    if (place.name === "in-memory") {
      place.run.apply(event);
      return afterRun(place.run, eventSeq);
    }
    const noteOnly = noted.note(place.found, event);
    return noteOnly
      ? { ...noteOnly, found: { ...noteOnly.found, eventSeq } }
      : afterRun(runFrom(controller, { saga, event }), eventSeq);
  }
}

function afterRun(run: SagaRun, eventSeq: number): Operated {
  const { saga, controller } = run;
  return { found: { saga, controller, eventSeq }, durable: () => run.durable(saga.seq) };
}
