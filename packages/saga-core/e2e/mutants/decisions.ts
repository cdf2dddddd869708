import type { Mutant } from "./mutant.ts";

const decide = "transition/decide.ts";
const doubt = "transition/doubt.ts";
const choices = "transition/choices.ts";
const steps = "transition/steps.ts";
const limits = "transition/limits.ts";

/** What is wrong with what is decided next, and with what a person may request. */
export const decisionsMutants: readonly Mutant[] = [
  {
    name: "nothing is settled",
    file: decide,
    from: 'if (progress.calling || progress.status === "unknown") return nextAttempt(',
    to: "if (progress.calling) return nextAttempt(",
  },
  {
    name: "only the first open step is settled",
    file: decide,
    from: 'if (progress.calling || progress.status === "unknown") return nextAttempt(',
    to: 'if (progress.calling || (progress.status === "unknown" && saga.steps.every(({ status }) => status !== "done"))) return nextAttempt(',
  },
  {
    name: "steps are settled in reverse",
    file: decide,
    from: "function settle(controller: Controller, saga: Saga, at: number): Decision {\n  const open = firstOpenStep(controller, saga);",
    to: 'function settle(controller: Controller, saga: Saga, at: number): Decision {\n  const open = stepAt(controller, saga, saga.steps.findLastIndex(({ status }) => status === "unknown")) ?? firstOpenStep(controller, saga);',
  },
  {
    name: "a call under way is not waited for before the turn",
    file: decide,
    from: 'if (progress.calling || progress.status === "unknown") return nextAttempt(',
    to: 'if (progress.status === "unknown") return nextAttempt(',
  },
  {
    name: "undoing is blind: it begins at the turn",
    file: "transition/turn-back.ts",
    from: 'phase: { name: "settling", turn }',
    to: 'phase: { name: "undoing", turn }',
  },
  {
    name: "the pivot's record is lazy",
    file: decide,
    from: "after: Math.max(barred.barrier, pivotRecord ?? 0)",
    to: "after: Math.max(barred.barrier, pivotRecord === undefined ? 0 : 1)",
    needs: { definition: "keyed", faults: 3, among: "killed|slow|cancel" },
  },
  {
    name: "an unkeyed attempt is lazy",
    file: decide,
    from: "isAttemptRecorded(saga, handler) ? { ...sent, barrier: saga.seq } : sent",
    to: "isAttemptRecorded(saga, handler) ? { ...sent, barrier: 1 } : sent",
  },
  {
    name: "a run is sent after the closing record",
    file: decide,
    from: "const last = lastAppliedStep(controller, saga);\n",
    to: 'const last = lastAppliedStep(controller, saga);\n  const skipped = firstOpenStep(controller, saga);\n  if (last && skipped?.progress.status === "skipped" && !skipped.progress.calling) return commandCall(controller, saga, skipped, { action: "run", at });\n',
  },
  {
    name: "an accepted cancel completes",
    file: decide,
    from: 'saga.phase.turn.cause === "cancelled";',
    to: 'saga.phase.turn.cause === "rejected";',
  },
  {
    name: "a cancel is accepted after the pivot was sent",
    file: choices,
    from: "return isPivotSent(controller, saga) ?",
    to: "return !saga.id && isPivotSent(controller, saga) ?",
  },
  {
    name: "an unkeyed rollback is repeated",
    file: doubt,
    from: 'if (action === "rollback") return "human";',
    to: 'if (action === "rollback") return "repetition";',
  },
  {
    name: "an unkeyed run is repeated",
    file: doubt,
    from: 'return orphanIsHarmless ? "orphan" : "human";',
    to: 'return orphanIsHarmless ? "orphan" : "repetition";',
  },
  {
    name: "every unkeyed pivot is a harmless orphan",
    file: doubt,
    from: 'return orphanIsHarmless ? "orphan" : "human";',
    to: 'return open.handler.kind === "pivot" || orphanIsHarmless ? "orphan" : "human";',
  },
  {
    name: "a human's not applied is believed too early",
    file: choices,
    from: "return at >= until ? allowed",
    to: "return at >= 0 ? allowed",
  },
  {
    name: "a forgotten key is repeated",
    file: limits,
    from: "return createdAt + keyRetentionMs - arrivesWithinMs;",
    to: "return createdAt + keyRetentionMs + Infinity - arrivesWithinMs;",
  },
  {
    name: "a key is repeated so late that it arrives forgotten",
    file: limits,
    from: "return createdAt + keyRetentionMs - arrivesWithinMs;",
    to: "return createdAt + keyRetentionMs - 0 * arrivesWithinMs;",
    needs: { definition: "short and forgetful", faults: 4, among: "reply is lost|is late" },
  },
  {
    name: "the deadline counts after the pivot",
    file: decide,
    from: "if (isAfterPivot(controller, open.index)) return nextAttempt(",
    to: "if (isAfterPivot(controller, open.index) && at < deadlineAt(saga)) return nextAttempt(",
  },
  {
    name: "rollbacks go in forward order",
    file: steps,
    from: "saga.steps.findLastIndex((progress, at) => isApplied(progress)",
    to: "saga.steps.findIndex((progress, at) => isApplied(progress)",
  },
  {
    name: "a step that was refused is undone",
    file: steps,
    from: 'return status === "done" || status === "undoing";',
    to: 'return status === "done" || status === "undoing" || status === "rejected";',
  },
  {
    name: "a rollback is repeated although its id was given out again",
    file: decide,
    from: 'const unlessReused = action === "rollback" ? idAtRisk(saga, open, at) : undefined;',
    to: 'const unlessReused = action === "rollback" && at < 0 ? idAtRisk(saga, open, at) : undefined;',
    needs: { definition: "reusing", faults: 3, among: "is refused|reply is lost|given out" },
  },
  {
    name: "an id is looked up only after an unknown outcome, and not after a refusal that followed it",
    file: "transition/id-reuse.ts",
    from: "progress.attempts === 0 && progress.inDoubtSince === undefined",
    to: "progress.inDoubtSince === undefined",
    needs: { definition: "reusing", faults: 5, among: "is refused|reply is lost|given out|retries" },
  },
  {
    name: "a read is undone",
    file: steps,
    from: "isApplied(progress) && !isRead(controller, at)",
    to: "isApplied(progress) && !(isRead(controller, at) && at < 0)",
    needs: { definition: "reading", faults: 1, among: "." },
  },
  {
    name: "nothing is ever given up",
    file: limits,
    from: "return (patienceFrom ?? createdAt) + policy.giveUpMs;",
    to: "return (patienceFrom ?? createdAt) + policy.giveUpMs + Infinity;",
  },
  {
    name: "there is no deadline",
    file: limits,
    from: "return saga.createdAt + saga.policy.deadlineMs;",
    to: "return saga.createdAt + saga.policy.deadlineMs + Infinity;",
  },
  {
    name: "what is done is left as orphans and not undone",
    file: decide,
    from: "const last = lastAppliedStep(controller, saga);\n",
    to: "const last = undefined as ReturnType<typeof lastAppliedStep>;\n  if (saga.orphans.length === 0) return undo(controller, { ...saga, orphans: saga.steps.map(({ step }) => step) }, turn, at);\n",
  },
];
