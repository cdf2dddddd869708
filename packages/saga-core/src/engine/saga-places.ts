import type { FoundSaga } from "../ports/engine.ts";
import { isAtRest } from "../transition/transition.ts";
import type { KeyedMutex } from "./keyed-mutex.ts";
import { noSuchSaga } from "./refusals.ts";
import type { SagaRun } from "./saga-run.ts";
import type { SagaRuns } from "./saga-runs.ts";

export interface SagaPlacesPorts {
  readonly runs: SagaRuns;
  readonly mutex: KeyedMutex;
  readonly isDraining: () => boolean;
  /** The saga as the journal holds it, or what stands for one that cannot be read. Rejects for a saga that a defect stopped. */
  readonly load: (sagaId: string) => Promise<FoundSaga | undefined>;
  /** Whether the journal holds all that was done for a saga that is not in memory, so that an operation can be its next event. */
  readonly isWhole: (found: FoundSaga) => boolean;
  /** Goes on with a saga that is not in memory. */
  readonly resume: (found: FoundSaga) => void;
}

/** Where an operation or a signal finds its saga. */
export type Place =
  | { readonly name: "in-memory"; readonly run: SagaRun }
  /** At rest, asleep or parked. */
  | { readonly name: "in-journal"; readonly found: FoundSaga };

/** Finds sagas for what comes from outside, one request at a time for each saga. */
export class SagaPlaces {
  readonly #ports: SagaPlacesPorts;

  constructor(ports: SagaPlacesPorts) {
    this.#ports = ports;
  }

  /** Does something with a saga where it is, while nothing else happens to it from outside. */
  async with<Result>(sagaId: string, use: (place: Place) => Result): Promise<Result> {
    return await this.#ports.mutex.run(sagaId, async () => {
      let place = await this.#find(sagaId);
      // A run may have left memory a moment ago.
      while (place.name === "in-memory" && place.run.isDetached) place = await this.#find(sagaId);
      return use(place);
    });
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
      if (isAtRest(found.saga) || isWhole(found) || isDraining()) return { name: "in-journal", found };
      if (!runs.has(sagaId)) resume(found);
    }
  }
}
