import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import type { FoundSaga } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import type { KeyedMutex } from "./keyed-mutex.ts";
import { type OperationRequest, operationEvent } from "./operation-event.ts";
import { drainingRefusal, noSuchSaga, unreturnedRefusal } from "./refusals.ts";
import type { Origin } from "./run-position.ts";
import type { SagaRun } from "./saga-run.ts";
import type { SagaRuns } from "./saga-runs.ts";
import type { UnreturnedCalls } from "./unreturned-calls.ts";

export interface OperationPorts {
  readonly runs: SagaRuns;
  readonly unreturned: UnreturnedCalls;
  readonly mutex: KeyedMutex;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "failure">;
  readonly isDraining: () => boolean;
  /** The saga as the journal holds it, or what stands for one that cannot be read. Rejects for a saga that a defect stopped. */
  readonly load: (sagaId: string) => Promise<FoundSaga | undefined>;
  /** Whether the journal holds all that was done for a saga that is not in memory, so that an operation can be its next event. */
  readonly isWhole: (saga: Saga) => boolean;
  /** Goes on with a saga that is not in memory. */
  readonly resume: (found: FoundSaga) => void;
  readonly run: (controller: Controller, origin: Origin) => SagaRun;
}

/** Where an operation finds its saga. */
type Place =
  | { readonly name: "in-memory"; readonly run: SagaRun }
  /** At rest, asleep or parked. */
  | { readonly name: "in-journal"; readonly found: FoundSaga };

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
  async operate(sagaId: string, request: OperationRequest): Promise<FoundSaga> {
    this.#refuseAll();
    const run = await this.#ports.mutex.run(sagaId, async () => {
      let place = await this.#find(sagaId);
      // A run may have left memory a moment ago.
      while (place.name === "in-memory" && place.run.isDetached) place = await this.#find(sagaId);
      return this.#apply(place, request);
    });
    const { saga, controller } = run;
    await run.durable(saga.seq);
    return { saga, controller };
  }

  #refuseAll(): void {
    const { isDraining, journal } = this.#ports;
    if (isDraining()) throw drainingRefusal();
    if (journal.failure) throw journal.failure;
  }

  #apply(place: Place, request: OperationRequest): SagaRun {
    const { clock, unreturned, run: runFrom } = this.#ports;
    this.#refuseAll();
    const { saga, controller } = place.name === "in-memory" ? place.run : place.found;
    const event = operationEvent({ saga, controller }, request, clock.now());
    const refusal = unreturnedRefusal(saga.id, event, unreturned);
    if (refusal) throw refusal;
    if (place.name === "in-journal") return runFrom(controller, { saga, event });
    place.run.apply(event);
    return place.run;
  }

  async #find(sagaId: string): Promise<Place> {
    const { runs, load, isWhole, isDraining, resume } = this.#ports;
    for (;;) {
      const run = runs.get(sagaId);
      if (run && !isAtRest(run.saga)) return { name: "in-memory", run };
      // A run at rest leaves memory when its end is durable: then the journal has it.
      if (run) await run.durable(run.saga.seq);
      const found = await load(sagaId);
      if (!found) throw noSuchSaga(sagaId);
      if (isAtRest(found.saga) || isWhole(found.saga) || isDraining()) return { name: "in-journal", found };
      if (!runs.has(sagaId)) resume(found);
    }
  }
}
