import type { Controller } from "../definition/controller.ts";
import type { Saga } from "../transition/saga.ts";

/** A saga, and the definition that it started with. */
export interface FoundSaga {
  readonly saga: Saga;
  readonly controller: Controller;
}
