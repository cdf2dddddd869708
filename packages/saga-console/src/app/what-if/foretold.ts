import { type Saga, type SagaEvent, statusOf } from "saga-core";
import type { ClientAnswer } from "./client-answer.ts";
import type { ForetoldCall } from "./foretold-call.ts";
import type { WhyEnds } from "./why-ends.ts";

/** How a saga ends; `waiting`: nothing that is foreseen ends its wait. */
export type Ending = "completed" | "cancelled" | "needs_intervention" | "waiting";

/** What becomes of a saga at which one thing goes wrong, decided by the function that decides in the orchestrator. */
export interface Foretold {
  readonly ending: Ending;
  /** In the definition's words. */
  readonly state: string;
  readonly why: readonly WhyEnds[];
  readonly client: ClientAnswer;
  /** At rest, or at the wait that nothing ends. */
  readonly saga: Saga;
  readonly events: readonly SagaEvent[];
  readonly calls: readonly ForetoldCall[];
  /** From its start to its end. Participants that answer do so at once, so it is the time of waiting. */
  readonly durationMs: number;
  /** Whether the cancel was refused: it came when the pivot might have been sent. */
  readonly isCancelRefused: boolean;
  /** Whether attempts were left out because there were too many. */
  readonly isShortened: boolean;
}

export function endingOf(saga: Saga): Ending {
  const status = statusOf(saga);
  return status === "running" ? "waiting" : status;
}
