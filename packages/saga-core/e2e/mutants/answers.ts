import type { Mutant } from "./mutant.ts";

const answered = "transition/answered.ts";
const settleStep = "transition/step-results.ts";
const performCall = "engine/perform-call.ts";

/** What is wrong with an attempt, and with how its outcome is applied. */
export const answersMutants: readonly Mutant[] = [
  {
    name: "an unknown outcome is read as rejected",
    file: answered,
    from: 'return outcome.defect ? intervene(inDoubt, event.step, "run", "defect") : inDoubt;',
    to: "return inDoubt && runRejected(controller, saga, step, outcome);",
  },
  {
    name: "an unknown outcome is read as unavailable",
    file: answered,
    from: 'const inDoubt = withStep(saga, step.index, { ...failed(saga, step, event, outcome), status: "unknown" });',
    to: 'const inDoubt = runUnavailable(controller, withStep(saga, step.index, failed(saga, step, event, { ...outcome, outcome: "unavailable" })), step);',
  },
  {
    name: "an unknown rollback is read as unavailable",
    file: answered,
    from: "      return doubtedAt(progress, at);",
    to: "      return at > 0 ? {} : doubtedAt(progress, at);",
  },
  {
    name: "every attempt has a key of its own",
    file: performCall,
    from: 'idempotencyKey(id, step, type === "probe" ? "run" : type)',
    to: '[idempotencyKey(id, step, type === "probe" ? "run" : type), call.attempt].join("/")',
  },
  {
    name: "a key is sent with two contents",
    file: performCall,
    from: "{ ...input, ...data }",
    to: "{ ...input, ...data, seq: saga.seq }",
  },
  {
    name: "a rollback has the key of its run",
    file: performCall,
    from: 'type === "probe" ? "run" : type',
    to: '"run"',
  },
  {
    name: "a later unavailable clears an unknown",
    file: answered,
    from: "return runUnavailable(controller, withStep(saga, step.index, failed(saga, step, event, outcome)), step);",
    to: 'return runUnavailable(controller, withStep(saga, step.index, { ...settledAs(step.progress, "running"), lastError: outcome }), step);',
  },
  {
    name: "a pivot that proves done does not turn the saga forward again",
    file: settleStep,
    from: 'return handler.kind === "pivot" ?',
    to: 'return handler.kind === "pivot" && applied.phase.name === "forward" ?',
  },
  {
    name: "the outcome of an unkeyed attempt is lazy",
    file: answered,
    from: "isAttemptRecorded(saga, step.handler) ? { ...saga, barrier: saga.seq } : saga",
    to: "isAttemptRecorded(saga, step.handler) ? { ...saga, barrier: 1 } : saga",
    needs: { definition: "short and half unkeyed", faults: 2, among: "." },
  },
  {
    name: "a look's not applied is believed too early",
    file: answered,
    from: "if ((step.progress.calledAt ?? 0) >= arrivesUntil)",
    to: "if (event.at >= 0 || arrivesUntil < 0)",
  },
  {
    name: "a refused step after the pivot counts as done",
    file: settleStep,
    from: 'if (isAfterPivot(controller, index)) return intervene(withStatus("running"), step, "run", "refused");',
    to: 'if (isAfterPivot(controller, index)) return withStep(saga, index, settledAs(progress, "done"));',
  },
  {
    name: "what a read gave is not durable before the next call",
    file: settleStep,
    from: 'if (handler.kind === "read") return { ...applied, barrier: saga.seq };',
    to: 'if (handler.kind === "read") return applied;',
    needs: { definition: "reading around", faults: 1, among: "killed" },
  },
  {
    name: "a thrown error is read as a refusal",
    file: "definition/call-handler.ts",
    from: "return unknown(cutText(error instanceof Error",
    to: 'if (error) return { outcome: "rejected", reason: "thrown" };\n    return unknown(cutText(error instanceof Error',
  },
  {
    name: "a misused key is repeated",
    file: answered,
    from: 'return outcome.defect ? intervene(inDoubt, event.step, "run", "defect") : inDoubt;',
    to: "return inDoubt;",
  },
  {
    name: "attempts are not counted",
    file: answered,
    from: "attempts < patienceOf(waiting, step).attemptsMax",
    to: "attempts < patienceOf(waiting, step).attemptsMax + 100",
  },
];
