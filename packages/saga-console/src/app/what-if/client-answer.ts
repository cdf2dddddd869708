import type { Saga } from "saga-core";

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
