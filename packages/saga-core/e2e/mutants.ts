import type { Mutant as Change } from "test-kit/mutants";

export interface Mutant extends Change {
  /** Where two faults are too few to show it: at which definition, with how many, among those whose names this matches. */
  readonly needs?: Needs;
}

export interface Needs {
  readonly definition: string;
  readonly faults: number;
  readonly among: string;
}

const answered = "transition/answered.ts";
const proceed = "transition/proceed.ts";
const recordEvent = "transition/record-event.ts";
const resumed = "transition/resumed.ts";
const choices = "transition/choices.ts";
const steps = "transition/steps.ts";
const limits = "transition/limits.ts";
const sagaRun = "engine/saga-run.ts";
const operations = "engine/operations.ts";
const performCall = "engine/perform-call.ts";
const journal = "simulation/simulated-journal.ts";

/** Every one of them must be caught: one that is not is a defect of the explorer. */
export const mutants: readonly Mutant[] = [
  {
    name: "an unknown outcome is read as rejected",
    file: answered,
    from: 'return outcome.defect ? intervene(inDoubt, event.step, "run", "defect") : inDoubt;',
    to: "return inDoubt && runRejected(saga, step, outcome);",
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
    from: "      return { inDoubtSince: at };",
    to: "      return at > 0 ? {} : { inDoubtSince: at };",
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
    name: "nothing is settled",
    file: proceed,
    from: 'if (progress.calling || progress.status === "unknown") return attempt(',
    to: "if (progress.calling) return attempt(",
  },
  {
    name: "only the first open step is settled",
    file: proceed,
    from: 'if (progress.calling || progress.status === "unknown") return attempt(',
    to: 'if (progress.calling || (progress.status === "unknown" && saga.steps.every(({ status }) => status !== "done"))) return attempt(',
  },
  {
    name: "steps are settled in reverse",
    file: proceed,
    from: "function settle(controller: Controller, saga: Saga, at: number): Decision {\n  const open = firstOpenStep(controller, saga);",
    to: 'function settle(controller: Controller, saga: Saga, at: number): Decision {\n  const open = stepAt(controller, saga, saga.steps.findLastIndex(({ status }) => status === "unknown")) ?? firstOpenStep(controller, saga);',
  },
  {
    name: "a call under way is not waited for before the turn",
    file: proceed,
    from: 'if (progress.calling || progress.status === "unknown") return attempt(',
    to: 'if (progress.status === "unknown") return attempt(',
  },
  {
    name: "undoing is blind: it begins at the turn",
    file: "transition/turn-back.ts",
    from: 'phase: { name: "settling", turn }',
    to: 'phase: { name: "undoing", turn }',
  },
  {
    name: "a pivot that proves done does not turn the saga forward again",
    file: answered,
    from: 'return handler.kind === "pivot" ?',
    to: 'return handler.kind === "pivot" && applied.phase.name === "forward" ?',
  },
  { name: "the start is lazy", file: recordEvent, from: "barrier: 1,", to: "barrier: 0," },
  { name: "a start is accepted before it is durable", file: "engine/starts.ts", from: "run.durable(1)", to: "run.durable(0)" },
  {
    name: "the pivot's record is lazy",
    file: proceed,
    from: "after: Math.max(barred.barrier, pivotRecord ?? 0)",
    to: "after: Math.max(barred.barrier, pivotRecord === undefined ? 0 : 1)",
    needs: { definition: "keyed", faults: 3, among: "killed|slow|cancel" },
  },
  {
    name: "a cancel is accepted before it is durable",
    file: operations,
    from: "await run.durable(saga.seq);\n    return",
    to: "await run.durable(1);\n    return",
  },
  {
    name: "the closing record is lazy",
    file: recordEvent,
    from: 'return { ...saga, phase: { name: "undoing", turn: saga.phase.turn }, barrier: saga.seq };',
    to: 'return { ...saga, phase: { name: "undoing", turn: saga.phase.turn } };',
  },
  {
    name: "an unkeyed attempt is lazy",
    file: proceed,
    from: "isKeyed(saga, step) ? sent : { ...sent, barrier: saga.seq }",
    to: "isKeyed(saga, step) ? sent : { ...sent, barrier: 1 }",
  },
  {
    name: "the outcome of an unkeyed attempt is lazy",
    file: answered,
    from: "isKeyed(saga, event.step) ? saga : { ...saga, barrier: saga.seq }",
    to: "isKeyed(saga, event.step) ? saga : { ...saga, barrier: 1 }",
  },
  {
    name: "a run is sent after the closing record",
    file: proceed,
    from: "const last = lastAppliedStep(controller, saga);\n",
    to: 'const last = lastAppliedStep(controller, saga);\n  const skipped = firstOpenStep(controller, saga);\n  if (last && skipped?.progress.status === "skipped" && !skipped.progress.calling) return send(controller, saga, skipped, { action: "run", at });\n',
  },
  {
    name: "an accepted cancel completes",
    file: proceed,
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
    file: proceed,
    from: 'if (action === "rollback") return "human";',
    to: 'if (action === "rollback") return "repetition";',
  },
  {
    name: "an unkeyed run is repeated",
    file: proceed,
    from: 'return orphanIsHarmless ? "orphan" : "human";',
    to: 'return orphanIsHarmless ? "orphan" : "repetition";',
  },
  {
    name: "every unkeyed pivot is a harmless orphan",
    file: proceed,
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
    name: "a look's not applied is believed too early",
    file: answered,
    from: "if ((step.progress.calledAt ?? 0) >= arrivesUntil)",
    to: "if (event.at >= 0 || arrivesUntil < 0)",
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
    file: proceed,
    from: 'if (open.handler.kind === "retriable") return attempt(',
    to: 'if (open.handler.kind === "retriable" && at < deadlineAt(saga)) return attempt(',
  },
  {
    name: "a refused step after the pivot counts as done",
    file: answered,
    from: 'if (handler.kind === "retriable") return intervene(withStatus("running"), step, "run", "refused");',
    to: 'if (handler.kind === "retriable") return runDone(saga, { index, handler, progress }, {});',
  },
  {
    name: "rollbacks go in forward order",
    file: steps,
    from: 'saga.steps.findLastIndex(({ status }) => status === "done" || status === "undoing")',
    to: 'saga.steps.findIndex(({ status }) => status === "done" || status === "undoing")',
  },
  {
    name: "a step that was refused is undone",
    file: steps,
    from: 'status === "done" || status === "undoing");',
    to: 'status === "done" || status === "undoing" || status === "rejected");',
  },
  {
    name: "only the rollback under way is in doubt after a restart",
    file: resumed,
    from: "    if (!keyed) break;\n",
    to: "    break;\n",
    needs: { definition: "short and forgetful", faults: 4, among: "cancel|slow|killed|day later" },
  },
  {
    name: "nothing is in doubt after a restart",
    file: resumed,
    from: "    if (!mayHaveBeenSent(saga, step)) break;",
    to: "    if (index >= 0) break;",
  },
  {
    name: "only the first step is in doubt after a restart",
    file: resumed,
    from: "if (!isKeyed(saga, step.progress.step)) break;",
    to: "if (index >= 0 || !isKeyed(saga, step.progress.step)) break;",
  },
  {
    name: "a pivot is never in doubt after a restart",
    file: resumed,
    from: 'return handler.kind !== "pivot" || saga.pivotRecord !== undefined;',
    to: 'return handler.kind !== "pivot";',
  },
  {
    name: "a keyed step after the pivot is not in doubt after a restart",
    file: resumed,
    from: "if (!isKeyed(saga, step.progress.step)) break;",
    to: 'if (!isKeyed(saga, step.progress.step) || step.handler.kind !== "compensatable") break;',
  },
  {
    name: "a resumed saga that was parked does not wait for that record",
    file: resumed,
    from: "return isParked ? { ...saga, barrier: saga.seq } : saga;",
    to: "return isParked ? saga : saga;",
    needs: { definition: "short", faults: 3, among: "told to stop|killed|day later|jumps" },
  },
  {
    name: "what waited too long for the disk is sent all the same",
    file: sagaRun,
    from: "call.before !== undefined && clock.now() >= call.before",
    to: "call.before !== undefined && clock.now() < 0",
    needs: { definition: "short and forgetful", faults: 3, among: "killed|told to stop|jumps|slow" },
  },
  {
    name: "a thrown error is read as a refusal",
    file: "definition/call-handler.ts",
    from: "return unknown(error instanceof Error",
    to: 'if (error) return { outcome: "rejected", reason: "thrown" };\n    return unknown(error instanceof Error',
  },
  {
    name: "a misused key is repeated",
    file: answered,
    from: 'return outcome.defect ? intervene(inDoubt, event.step, "run", "defect") : inDoubt;',
    to: "return inDoubt;",
  },
  {
    name: "a human's answer is taken before it is durable",
    file: operations,
    from: "await run.durable(saga.seq);\n    return",
    to: "await run.durable(saga.patienceFrom === undefined ? saga.seq : 1);\n    return",
  },
  {
    name: "a retry is lazy",
    file: "transition/operate.ts",
    from: "patienceFrom: at, barrier: saga.seq }",
    to: "patienceFrom: at }",
    needs: { definition: "short", faults: 4, among: "request is lost|jumps|retries|killed" },
  },
  {
    name: "an end that is not durable is told to whoever asks",
    file: "engine/saga-lookup.ts",
    from: "if (isAtRest(saga)) await run.durable(saga.seq);",
    to: "if (isAtRest(saga)) await run.durable(1);",
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
    name: "attempts are not counted",
    file: answered,
    from: "attempts < waiting.policy.attemptsMax",
    to: "attempts < waiting.policy.attemptsMax + 100",
  },
  {
    name: "what is done is left as orphans and not undone",
    file: proceed,
    from: "const last = lastAppliedStep(controller, saga);\n",
    to: "const last = undefined as ReturnType<typeof lastAppliedStep>;\n  if (saga.orphans.length === 0) return undo(controller, { ...saga, orphans: saga.steps.map(({ step }) => step) }, turn, at);\n",
  },
  {
    name: "a saga is resumed under the newest version instead of its own",
    file: "engine/saga-reader.ts",
    from: "controller.name === definition && controller.version === version);",
    to: "controller.name === definition);",
  },
  {
    name: "it is parked while a call is under way",
    file: sagaRun,
    from: "if (!this.#isHalted || this.#isCalling || isAtRest(this.#saga)) return;",
    to: "if (!this.#isHalted || isAtRest(this.#saga)) return;",
  },
  {
    name: "an end is told before it is durable",
    file: sagaRun,
    from: "if (isAtRest(saga)) this.#guard(this.#records.upTo(saga.seq).then(notify));",
    to: "if (isAtRest(saga)) notify();",
  },
  {
    name: "calls do not wait for any record",
    file: sagaRun,
    from: "await this.#records.upTo(call.after);",
    to: "await this.#records.upTo(0 * call.after);",
  },
  {
    name: "the journal says durable before it is",
    file: journal,
    from: "return new Promise((resolve) => this.#pending.push(resolve));",
    to: "return Promise.resolve();",
  },
  {
    name: "the journal loses a record and keeps a later one",
    file: journal,
    from: "this.#unflushed.slice(0, kept)",
    to: "this.#unflushed.slice(1)",
  },
];
