import { type AnyHandler, isWait } from "./handler.ts";
import { ARRIVES_WITHIN_MS_DEFAULT } from "./participant.ts";
import type { StepPatience } from "./patience.ts";
import type { WaitTerms } from "./wait-handler.ts";
import { waitTermsOf } from "./wait-terms.ts";

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
  /** For a step that waits. */
  readonly wait?: WaitTerms;
  /** A refused rollback of the step lets the earlier ones go on. Absent: it stops them. */
  readonly refusedRollback?: "go-on";
  /** The step's own patience. Absent: that of the saga's policy. */
  readonly patience?: StepPatience;
}

export function termsOf(handler: AnyHandler): StepTerms {
  const { keyed, keyRetentionMs, arrivesWithinMs = ARRIVES_WITHIN_MS_DEFAULT } = handler.participant;
  return {
    step: handler.step,
    keyed,
    ...(keyRetentionMs !== undefined && { keyRetentionMs }),
    arrivesWithinMs,
    orphanIsHarmless: handler.kind === "pivot" && handler.orphanIsHarmless,
    ...(isWait(handler) && { wait: waitTermsOf(handler) }),
    ...(handler.kind === "compensatable" && handler.refusedRollback === "go-on" && { refusedRollback: "go-on" }),
    ...(handler.patience && { patience: handler.patience }),
  };
}
