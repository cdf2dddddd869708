/** Why a saga turned to compensation, and at which step. A rollback is told it. */
export interface Turn {
  /**
   * `rejected` a step was refused · `unavailable` a step could not be made in as many attempts as it has · `deadline` the time for it was
   * over · `cancelled` a person requested it · `timeout` no signal came for a wait in time
   */
  readonly cause: "rejected" | "unavailable" | "deadline" | "cancelled" | "timeout";
  readonly step: string;
  /** For people: what the participant said, or who cancelled it and why. */
  readonly reason: string;
}
