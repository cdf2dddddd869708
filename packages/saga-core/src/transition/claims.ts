import { inScope } from "../definition/context.ts";
import type { Json } from "../json.ts";
import type { Claim } from "./command.ts";
import type { Saga } from "./saga.ts";
import { termsAt } from "./steps.ts";

/** The most characters of a correlation. */
export const CORRELATION_LENGTH_MAX = 255;

/**
 * A value as the text by which a sender names it; undefined for one that cannot be named: no text or whole number that a double holds, too long,
 * with a control character, or nothing but a dot or two.
 */
export function correlationText(value: Json | undefined): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== "string" || value.length === 0 || value.length > CORRELATION_LENGTH_MAX) return undefined;
  // No URL holds a part of its path that is "." or "..", however it is escaped.
  if (value === "." || value === "..") return undefined;
  return /\p{Cc}|\p{Cs}/u.test(value) ? undefined : value;
}

/** What a correlation must be, as people read it after "it". */
export const CORRELATION_MUST_BE: string = `must be a whole number up to 2^53 - 1, or a text of 1 to ${CORRELATION_LENGTH_MAX} characters without control characters, other than "." and ".."`;

/** The correlations, in the scope of its tenant, that the saga has since the last event: it is found by them from its record on, and by one that it had before too. */
export function claimsOf(before: Saga | undefined, after: Saga): readonly Claim[] {
  if (before?.data === after.data) return [];
  return after.terms.flatMap(({ step, wait }): readonly Claim[] => {
    const member = wait?.correlation;
    if (member === undefined) return [];
    const correlation = textOf(after, member);
    return correlation === undefined || (before && textOf(before, member) === correlation)
      ? []
      : [{ type: "claim", step, correlation }];
  });
}

/** The correlation of a step that waits; undefined if it has none, or another saga has it and a person knows. */
export function correlationAt(saga: Saga, step: string): string | undefined {
  const member = termsAt(saga, step).wait?.correlation;
  const isKnownToBeTaken = saga.steps.some((progress) => progress.step === step && progress.correlationHolder !== undefined);
  return member === undefined || isKnownToBeTaken ? undefined : textOf(saga, member);
}

/** Whether the saga has a value for the correlation of a step that no sender could name. One that has none waits for signals by its own id. */
export function hasBadCorrelation(saga: Saga, step: string): boolean {
  const member = termsAt(saga, step).wait?.correlation;
  return member !== undefined && correlationValue(saga, member) !== undefined && textOf(saga, member) === undefined;
}

function textOf(saga: Saga, member: string): string | undefined {
  const text = correlationText(correlationValue(saga, member));
  return text === undefined ? undefined : inScope(saga.context?.tenant, text);
}

function correlationValue({ input, data }: Saga, member: string): Json | undefined {
  return data[member] ?? input[member];
}
