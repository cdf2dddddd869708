import type { Operation } from "../api/client.ts";
import type { Saga } from "../api/replies.ts";
import { askedStep } from "./why.ts";

/** What a person wrote before he asks for an operation. */
export interface Written {
  readonly note: string;
  /** His name, where nobody is authenticated; empty: none. */
  readonly by: string;
  /** What the step gave, where that is asked for. */
  readonly result: Readonly<Record<string, unknown>> | undefined;
}

/** The request that a choice is. Undefined for a choice that this console does not know. */
export function operationOf(choice: string, saga: Saga, { note, by, result }: Written): Operation | undefined {
  const step = askedStep(saga)?.step ?? "";
  const noted = { note, ...(by.trim() !== "" && { by: by.trim() }) };
  switch (choice) {
    case "cancel":
    case "retry":
    case "acknowledge":
      return { route: choice, body: noted };
    case "end-wait":
      return { route: choice, body: { step: saga.steps.find(({ waits }) => waits)?.step ?? step, ...noted } };
    case "applied":
    case "not-applied": {
      const isApplied = choice === "applied";
      const gives = isApplied && result && Object.keys(result).length > 0;
      return { route: "resolve", body: { step, applied: isApplied, ...noted, ...(gives && { result }) } };
    }
    default:
      return undefined;
  }
}

/** Whether a choice would still be about the step that an operation names; also where neither names one. */
export function isAboutSameStep({ body }: Operation, choice: string, saga: Saga): boolean {
  return operationOf(choice, saga, { note: "", by: "", result: undefined })?.body["step"] === body["step"];
}
