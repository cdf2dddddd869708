/** The words of a step: the names of its state and event in the chart. States are in capitals, events in Pascal case. */
export interface StepWords {
  /** The state while the step is under way: `CREATING_ORDER`. */
  readonly state: string;
  /** The event by which it is left when the step is done: `OrderCreated`. */
  readonly done: string;
}

/** The words of a step that can fail. */
export interface FailingWords extends StepWords {
  /** The event by which it is left when the step cannot be done: `OrderCreationFailed`. */
  readonly failed: string;
}

/** The words of a step that can be undone. */
export interface CompensatableWords extends FailingWords {
  /** The state while the step is being undone: `CANCELLING_ORDER`. */
  readonly undoing: string;
  /** The event by which that state is left: `OrderCancelled`. */
  readonly undone: string;
}
