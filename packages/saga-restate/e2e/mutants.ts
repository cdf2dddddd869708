import type { Mutant } from "test-kit/mutants";

const driver = "workflow/saga-driver.ts";
const course = "workflow/saga-replica.ts";
const callRun = "workflow/call-batch.ts";
const certainty = "workflow/certainty.ts";
const attempts = "workflow/attempts.ts";

/** Every one of them must be caught: one that is not is a defect of the explorer. */
export const mutants: readonly Mutant[] = [
  {
    name: "a run goes on without waiting for what must be durable",
    file: callRun,
    from: "call !== undefined && this.mayMake(call) && ",
    to: "call !== undefined && ",
  },
  {
    name: "the call that a run left under way is forgotten",
    file: driver,
    from: "    this.#left = calls.left;\n",
    to: "",
  },
  {
    name: "the course of a run is not what it told",
    file: callRun,
    from: "    all.push(told);\n",
    to: "    if (all.length === 0) all.push(told);\n",
  },
  {
    name: "an execution believes that nobody was before it",
    file: certainty,
    from: "return this.#isCertain;",
    to: "return this.#isCertain || true;",
  },
  {
    name: "what another execution recorded makes this one certain",
    file: certainty,
    from: "this.#isCertain = isByThisExecution;",
    to: "this.#isCertain = isByThisExecution || true;",
  },
  {
    name: "what a lost execution may have sent is not in doubt",
    file: driver,
    from: "calls.note({ resumed: true, at })",
    to: "calls.note({ fenced: true, at })",
  },
  {
    name: "an operation is judged before the run under way has told",
    file: driver,
    from: "    while (this.#run) {",
    to: "    while (this.#run && all.length === 0) {",
  },
  {
    name: "a saga that was woken late believes that it was not",
    file: course,
    from: "this.notBefore(Math.max(at, this.#until ?? 0))",
    to: "this.notBefore(this.#until ?? 0)",
  },
  {
    name: "a rollback has the key of its run",
    file: attempts,
    from: 'idempotencyKey(id, step, asked === "probe" ? "run" : asked)',
    to: 'idempotencyKey(id, step, "run")',
  },
];
