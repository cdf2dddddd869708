import { type Saga, type SagaEvent, statusOf } from "saga-core";
import type { Call } from "saga-core/engine";
import type { WhyEnds } from "./why-ends.ts";

/** How a saga ends; `waiting`: nothing that is foreseen ends its wait. */
export type Ending = "completed" | "cancelled" | "needs_intervention" | "waiting";

/** One call, or several in a row that ended in the same way. */
export interface ForetoldCall {
  readonly step: string;
  readonly action: Call["type"];
  readonly outcome: "done" | "rejected" | "unavailable" | "unknown";
  readonly count: number;
}

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

/** Calls as they followed on each other, those that ended alike as one. */
export function inRows(calls: readonly Omit<ForetoldCall, "count">[]): readonly ForetoldCall[] {
  const rows: ForetoldCall[] = [];
  for (const call of calls) {
    const last = rows.at(-1);
    const isSame = last && last.step === call.step && last.action === call.action && last.outcome === call.outcome;
    if (isSame) rows.splice(-1, 1, { ...last, count: last.count + 1 });
    else rows.push({ ...call, count: 1 });
  }
  return rows;
}

/** What the client gets whose start waits for the end: a status, and the type of the problem or the status of the saga. */
export interface ClientAnswer {
  readonly status: 200 | 202 | 409 | 503;
  readonly word: "OK" | "saga-cancelled" | "participant-unavailable" | "needs_intervention" | "running";
}

/** As `POST /saga/{definition}` answers, if its client waits long enough. */
export function clientAnswerOf({ phase }: Saga): ClientAnswer {
  switch (phase.name) {
    case "completed":
      return { status: 200, word: "OK" };
    case "needs-intervention":
      return { status: 202, word: "needs_intervention" };
    case "forward":
    case "settling":
    case "undoing":
      return { status: 202, word: "running" };
    case "cancelled":
      switch (phase.turn.cause) {
        case "rejected":
        case "cancelled":
        case "timeout":
          return { status: 409, word: "saga-cancelled" };
        case "unavailable":
        case "deadline":
          return { status: 503, word: "participant-unavailable" };
      }
  }
}
