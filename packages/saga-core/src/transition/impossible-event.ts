import type { SagaEvent } from "./event.ts";
import type { Saga } from "./saga.ts";

/** Thrown for an event that cannot happen to a saga in this phase, which is a defect of the engine. Nothing was recorded. */
export class ImpossibleEvent extends Error {
  override readonly name = "ImpossibleEvent";
  readonly saga: Saga | undefined;
  readonly event: SagaEvent;

  constructor(saga: Saga | undefined, event: SagaEvent) {
    super(
      saga
        ? `The event "${event.type}" cannot happen to saga ${saga.id}, record ${saga.seq}, phase "${saga.phase.name}".`
        : `The event "${event.type}" cannot happen to a saga that has not started.`,
    );
    this.saga = saga;
    this.event = event;
  }
}
