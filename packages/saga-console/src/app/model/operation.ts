import type { Operation } from "../api/client.ts";
import type { Saga, SagaEvent } from "../api/replies.ts";
import { askedStep } from "./why.ts";

/** What a person wrote before he asks for an operation. */
export interface Written {
  readonly note: string;
  /** What the step gave, as JSON; empty: nothing. */
  readonly result: string;
}

/** The request that a choice is. Undefined for a choice that this console does not know. */
export function operationOf(choice: string, saga: Saga, { note, result }: Written): Operation | undefined {
  const step = askedStep(saga)?.step ?? "";
  switch (choice) {
    case "cancel":
    case "retry":
    case "acknowledge":
      return { route: choice, body: { note } };
    case "end-wait":
      return { route: choice, body: { step: saga.steps.find(({ waits }) => waits)?.step ?? step, note } };
    case "applied":
    case "not-applied": {
      const gives = choice === "applied" && result.trim() !== "";
      return {
        route: "resolve",
        body: { step, applied: choice === "applied", note, ...(gives && { result: readResult(result) }) },
      };
    }
    default:
      return undefined;
  }
}

/** The object that a text is; undefined if it is none. */
export function readResult(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

/** The types of events that a person writes. */
export const personalTypes: readonly string[] = ["cancel-requested", "retry-requested", "resolved", "wait-ended", "acknowledged"];

/** The event that an operation wrote: the newest of a person after the one that was last known. */
export function writtenEvent(events: readonly SagaEvent[], after: number): SagaEvent | undefined {
  return events.findLast(({ seq, type }) => seq > after && personalTypes.includes(type));
}
