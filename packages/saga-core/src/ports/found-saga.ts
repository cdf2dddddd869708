import type { Controller } from "../definition/controller.ts";
import type { Saga } from "../transition/saga.ts";

/** A saga, and the definition that it started with. */
export interface FoundSaga {
  readonly saga: Saga;
  readonly controller: Controller;
}

/** A saga after an operation. */
export interface OperatedSaga extends FoundSaga {
  /** The number of the event that the operation wrote. Absent: the engine does not know it. */
  readonly eventSeq?: number | undefined;
}
