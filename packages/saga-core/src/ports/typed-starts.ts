import type { SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import type { DataOf, InputOf } from "../definition/data-of.ts";
import type { Saga } from "../transition/saga.ts";
import type { SagaStatus } from "../transition/view.ts";
import type { StartedSaga, StartRequest } from "./engine.ts";

/** What a start from code may have beside its definition and input. */
export interface StartOptions extends Omit<StartRequest, "definition" | "input" | "context"> {
  /** Who starts it, as far as its definition takes that. */
  readonly context?: SagaContext;
}

/** A saga at rest. `data` is its input and what its steps gave. A saga is `running` if the engine stopped before it came to rest. */
export type SagaEnd<Of extends Controller> =
  | { readonly status: "completed"; readonly data: DataOf<Of>; readonly saga: Saga }
  | { readonly status: Exclude<SagaStatus, "completed">; readonly saga: Saga };

/** A saga that was started from code. */
export interface StartedAs<Of extends Controller> extends Omit<StartedSaga, "untilRest"> {
  /**
   * As `StartedSaga.untilRest`, with the types of the definition. Rejects with {@link OtherVersion} if an earlier start with the same key
   * made a saga of another version, and it is completed.
   */
  readonly untilRest: () => Promise<SagaEnd<Of>>;
}

/** Starts sagas from code, with the types of their definitions. */
export interface TypedStarts<Registered extends Controller> {
  /**
   * Starts a saga, as `start` of a request does. An input of another type does not compile, nor does a definition that is not among the
   * engine's controllers.
   *
   * @param controller the newest version of a registered definition.
   * @throws StartRefused if the saga is not started, as for a request, or because that version is not the newest one that is registered
   * (`unknown-definition`); JournalError while nothing can be written. No call was sent.
   */
  start<Of extends Registered>(controller: Of, input: InputOf<Of>, options?: StartOptions): Promise<StartedAs<Of>>;
}

/** The types of a definition do not hold for a saga of another version of it: `saga` is that one. */
export class OtherVersion extends Error {
  override readonly name = "OtherVersion";
  readonly saga: Saga;

  constructor(saga: Saga, version: number) {
    super(`Saga ${saga.id} has version ${saga.version} of "${saga.definition}", and was started again with version ${version}.`);
    this.saga = saga;
  }
}
