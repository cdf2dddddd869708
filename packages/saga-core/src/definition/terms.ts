import type { AnyHandler } from "./handler.ts";
import { ARRIVES_WITHIN_MS_DEFAULT } from "./participant.ts";

/**
 * What a saga may rely on at a step's participant. It is recorded with the saga when it starts, so that a changed configuration never
 * makes a recorded history mean something else (rule 2).
 */
export interface StepTerms {
  readonly step: string;
  readonly keyed: boolean;
  readonly keyRetentionMs?: number;
  readonly arrivesWithinMs: number;
  readonly orphanIsHarmless: boolean;
}

export function termsOf(handler: AnyHandler): StepTerms {
  const { keyed, keyRetentionMs, arrivesWithinMs = ARRIVES_WITHIN_MS_DEFAULT } = handler.participant;
  return {
    step: handler.step,
    keyed,
    ...(keyRetentionMs !== undefined && { keyRetentionMs }),
    arrivesWithinMs,
    orphanIsHarmless: handler.kind === "pivot" && handler.orphanIsHarmless,
  };
}
