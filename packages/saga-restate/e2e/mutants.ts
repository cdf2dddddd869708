import type { Mutant } from "test-kit/mutants";

const driver = "workflow/saga-driver.ts";
const replica = "workflow/saga-replica.ts";
const batch = "workflow/call-batch.ts";
const checkpoints = "workflow/checkpoint-policy.ts";
const attempts = "workflow/attempts.ts";
const events = "objects/event-list.ts";
const operations = "process/operations.ts";
const judge = "workflow/judge.ts";
const ended = "workflow/ended-saga.ts";

/** The explorer must catch each of them: one that it does not catch is a defect of the explorer. */
export const mutants: readonly Mutant[] = [
  {
    name: "a batch makes calls before their records are durable",
    file: batch,
    from: "call !== undefined && this.includes(call) && ",
    to: "call !== undefined && ",
  },
  {
    name: "the call that a batch left under way is forgotten",
    file: driver,
    from: "    this.#detached = result?.detached;\n",
    to: "",
  },
  {
    name: "a batch reports only its first call",
    file: "workflow/batch-reports.ts",
    from: "    this.#all.push(report);\n",
    to: "    if (this.#all.length === 0) this.#all.push(report);\n",
  },
  {
    name: "an execution does not consider that another one was before it",
    file: checkpoints,
    from: 'firstBatch: BatchStart = "checkpoint"',
    to: 'firstBatch: BatchStart = "calls"',
  },
  {
    name: "a batch that another execution recorded makes this one certain",
    file: checkpoints,
    from: 'return isOwn ? "calls" : "resume";',
    to: 'return "calls";',
  },
  {
    name: "a call that a lost execution may have sent is not in doubt",
    file: driver,
    from: "batch.reportOnly({ resumed: true, at })",
    to: "batch.reportOnly({ checkpoint: true, at })",
  },
  {
    name: "an operation is decided before the batch under way has reported",
    file: driver,
    from: '    while (this.#activity.name === "batch") {',
    to: '    while (this.#activity.name === "batch" && all.length === 0) {',
  },
  {
    name: "a saga that was woken late does not notice it",
    file: replica,
    from: "this.notBefore(Math.max(at, this.#until ?? 0))",
    to: "this.notBefore(this.#until ?? 0)",
  },
  {
    name: "a failure stays in the record beside what stands for it",
    file: events,
    from: "while ((this.#held.at(-1)?.seq ?? 0) >= first)",
    to: "while ((this.#held.at(-1)?.seq ?? 0) > first)",
  },
  {
    name: "a rollback is sent as its run",
    file: attempts,
    from: "makeCall(this.#controller, saga, call, ports)",
    to: 'makeCall(this.#controller, saga, { ...call, type: "run" }, ports)',
  },
  {
    name: "a call is made again before its last attempt has returned",
    file: attempts,
    from: "    if (unreturnedSince !== undefined) return this.#notReturned(unreturnedSince);\n",
    to: "",
  },
  {
    name: "a rollback is repeated although Restate's list names another saga with its id",
    file: attempts,
    from: "this.#whyNotToSend(call, options) ?? look;",
    to: "this.#whyNotToSend(call, options) ?? (look && undefined);",
  },
  {
    name: "an operation that the workflow refused is reported as accepted",
    file: operations,
    from: "  if (!verdict.allowed) throw notAllowed(sagaId, verdict);\n",
    to: "",
  },
  {
    name: "a kept signal is accepted, and not recorded",
    file: judge,
    from: 'isRecorded: verdict.name !== "repeated" };',
    to: 'isRecorded: verdict.name !== "repeated" && verdict.name !== "kept" };',
  },
  {
    name: "a late signal is refused, and not recorded",
    file: judge,
    from: "isRecorded: verdict.isNew };",
    to: "isRecorded: false };",
  },
  {
    name: "a signal is too late by the clock, and no record says so",
    file: judge,
    from: "const verdict = verdictOf(controller, saga, event);",
    to: `const isOver = saga.steps.some((each) => each.status === "waiting" && event.at >= (each.waitingUntil ?? Infinity));
  const verdict = isOver ? ({ name: "late", because: "timeout", isNew: false } as const) : verdictOf(controller, saga, event);`,
  },
  {
    name: "what comes after the end is told, and not kept",
    file: ended,
    from: "if (await ended.later.append(",
    to: "if (true || await ended.later.append(",
  },
  {
    name: "a run is sent although its saga has turned back before",
    file: replica,
    from: "    if (this.#decidedIn !== this.#saga.phase.name) return -Infinity;\n",
    to: "",
  },
];
