import type { Mutant } from "./mutant.ts";

const applyEvent = "transition/apply-event.ts";
const resumed = "transition/resumed.ts";
const sagaRun = "engine/saga-run.ts";
const operations = "engine/operations.ts";
const journal = "simulation/simulated-journal.ts";

/** What is wrong with what is durable, with a restart and with the journal. */
export const durabilityMutants: readonly Mutant[] = [
  { name: "the start is lazy", file: applyEvent, from: "barrier: 1,", to: "barrier: 0," },
  { name: "a start is accepted before it is durable", file: "engine/starts.ts", from: "run.durable(1)", to: "run.durable(0)" },
  {
    name: "a cancel is accepted before it is durable",
    file: operations,
    from: "durable: () => run.durable(saga.seq) };",
    to: "durable: () => run.durable(1) };",
  },
  {
    name: "the closing record is lazy",
    file: applyEvent,
    from: 'phase: { name: "undoing", turn }, barrier: saga.seq };',
    to: 'phase: { name: "undoing", turn } };',
  },
  {
    name: "only the rollback under way is in doubt after a restart",
    file: resumed,
    from: "    if (!keyed) break;\n",
    to: "    break;\n",
    needs: { definition: "short and forgetful", faults: 4, among: "cancel|slow|killed|25 h later" },
  },
  {
    name: "nothing is in doubt after a restart",
    file: resumed,
    from: "    if (!mayHaveBeenSent(controller, saga, step)) break;",
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
    needs: { definition: "whole and forgetful", faults: 2, among: "killed|25 h later" },
  },
  {
    name: "a resumed saga that was parked does not wait for that record",
    file: resumed,
    from: "return isParked ? { ...saga, barrier: saga.seq } : saga;",
    to: "return isParked ? saga : saga;",
    needs: { definition: "short", faults: 3, among: "told to stop|killed|25 h later|jumps" },
  },
  {
    name: "what waited too long for the disk is sent all the same",
    file: "engine/not-sent.ts",
    from: "before !== undefined && now >= before ?",
    to: "before !== undefined && now < 0 ?",
    needs: { definition: "short and forgetful", faults: 3, among: "killed|told to stop|jumps|slow" },
  },
  {
    name: "a human's answer is taken before it is durable",
    file: operations,
    from: "durable: () => run.durable(saga.seq) };",
    to: "durable: () => run.durable(saga.patienceFrom === undefined ? saga.seq : 1) };",
  },
  {
    name: "a retry is lazy",
    file: "transition/operate.ts",
    from: "patienceFrom: at, barrier: saga.seq }",
    to: "patienceFrom: at }",
    needs: { definition: "short", faults: 3, among: "request is lost|jumps|retries|killed" },
  },
  {
    name: "an end that is not durable is reported to callers",
    file: "engine/saga-lookup.ts",
    from: "if (isAtRest(saga)) await run.durable(saga.seq);",
    to: "if (isAtRest(saga)) await run.durable(1);",
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
    name: "an end is reported to listeners before it is durable",
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
