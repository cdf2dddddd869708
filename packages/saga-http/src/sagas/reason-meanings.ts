import type { ReasonCode, ReasonsByCode } from "./reason.ts";

/** What a code says, and the names of what it is about. */
export interface ReasonMeaning<Parameter extends string = string> {
  readonly says: string;
  readonly parameters: readonly Parameter[];
}

const call = ["step", "action", "participant"] as const;
const asked = [...call, "attempts", "seen", "known"] as const;
const retried = [...call, "attempts", "next_attempt_at", "outcome", "seen"] as const;

/** Every code of a reason. */
export const reasonMeanings: { readonly [Code in ReasonCode]: ReasonMeaning<keyof ReasonsByCode[Code] & string> } = {
  "unknown-unkeyed": {
    says: "A call is in doubt at a participant that keeps no keys, so it is not repeated.",
    parameters: asked,
  },
  "gave-up": { says: "Repeating did not settle a call in time.", parameters: asked },
  "key-may-be-forgotten": {
    says: "A call is in doubt, and the clock went back since: its key may be forgotten.",
    parameters: asked,
  },
  defect: { says: "The participant says that the key of a call was used for another request.", parameters: asked },
  "id-reused": {
    says: "Undoing is in doubt, and the id was given to the saga `holder` since.",
    parameters: [...asked, "holder"],
  },
  refused: {
    says: "A rollback, or a step after the pivot, was refused. `steps`: the others whose undoing was refused too.",
    parameters: [...asked, "steps"],
  },
  "signal-refused": { says: "A signal refused what can no longer be undone.", parameters: ["step", "seen"] },
  "no-signal": { says: "The time of a wait is over, and no signal came.", parameters: ["step"] },
  "correlation-taken": { says: "The saga `holder` has the correlation of a wait.", parameters: ["step", "holder"] },
  "correlation-unusable": { says: "No sender could name the correlation, which `member` holds.", parameters: ["step", "member"] },
  unregistered: { says: "The version of its definition is not registered here.", parameters: ["definition", "version"] },
  unreadable: { says: "Its records are damaged.", parameters: [] },
  "waiting-for-signal": { says: "It waits for a signal.", parameters: ["step", "since", "until", "on_timeout"] },
  "waiting-for-instant": { says: "It waits for an instant.", parameters: ["step", "since", "until"] },
  "not-done-yet": { says: "A call could not be made, certainly had no effect, and is tried again.", parameters: retried },
  repeated: { says: "A call is in doubt, and is repeated under its key.", parameters: retried },
  "repeated-harmlessly": {
    says: "Undoing is in doubt, and is repeated: a second time has no second effect.",
    parameters: retried,
  },
  "looked-up": { says: "A call is in doubt, and is looked up at its participant.", parameters: retried },
  "turns-back": {
    says: "If the call is not done by then, or after so many attempts, the done steps are undone.",
    parameters: ["until", "attempts_max"],
  },
  "asks-later": { says: "If the call is not settled by then, the saga needs a human.", parameters: ["until"] },
  "held-back": {
    says: "The participant did not answer recently, or has no room for another call.",
    parameters: ["step", "participant"],
  },
  "under-way": { says: "A call is under way.", parameters: [...call, "attempts"] },
  "turned-back": { says: "It turned back at a step.", parameters: ["step", "cause"] },
  completed: { says: "Every step was applied once.", parameters: [] },
  cancelled: { says: "What was done is undone.", parameters: [] },
  orphans: { says: "The effect of steps may remain, and is declared harmless.", parameters: ["steps"] },
  lasting: { says: "What steps did remains, as declared.", parameters: ["steps"] },
  "late-signals": { says: "Signals came too late, and no person has acknowledged that.", parameters: ["count"] },
};
