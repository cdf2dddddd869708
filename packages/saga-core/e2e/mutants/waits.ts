import type { Mutant } from "./mutant.ts";

const verdict = "transition/verdict.ts";
const waits = "transition/waits.ts";
const intake = "engine/signal-intake.ts";

/** What is wrong with what becomes of signals, and with what their senders are told. */
export const waitsMutants: readonly Mutant[] = [
  {
    name: "a signal is late by the clock, without a record (A1)",
    file: intake,
    from: "const verdict = verdictOf(controller, saga, event);",
    to: 'const isOver = saga.steps.some(({ step, waitingUntil = Infinity }) => step === event.step && event.at >= waitingUntil);\n    const verdict: SignalVerdict = isOver ? { name: "late", because: "timeout", isNew: false } : verdictOf(controller, saga, event);',
    needs: { definition: "waiting", faults: 2, among: "comes|by 1 h|25 h" },
  },
  {
    name: "the last signal is the answer (A2)",
    file: verdict,
    from: 'if (signal && !isAfterPivot(controller, at.index)) return "another-signal";',
    to: "",
    needs: { definition: "waiting", faults: 2, among: "comes" },
  },
  {
    name: "the last yes is the answer (A2)",
    file: verdict,
    from: '(signal.outcome.outcome === "done" || outcome.outcome === "rejected")) return "another-signal";',
    to: 'status === "done") return "another-signal";\n  if (signal && !signal.at) return "another-signal";',
    needs: { definition: "waiting after its pivot", faults: 2, among: "comes" },
  },
  {
    name: "a refusal after the pivot is the answer (A2)",
    file: verdict,
    from: 'if (signal && (signal.outcome.outcome === "done" || outcome.outcome === "rejected")) return "another-signal";',
    to: 'if (signal) return "another-signal";',
    needs: { definition: "waiting after its pivot", faults: 2, among: "comes" },
  },
  {
    name: "a signal is accepted before it is durable (A3)",
    file: intake,
    from: "await durable();",
    to: 'if (verdict.name !== "taken" && verdict.name !== "kept") await durable();',
    needs: { definition: "waiting", faults: 2, among: "comes|killed" },
  },
  {
    name: "a repetition is accepted before its signal is durable (A3)",
    file: intake,
    from: "await durable();",
    to: 'if (verdict.name !== "repeated") await durable();',
    needs: { definition: "waiting", faults: 3, among: "comes|killed" },
  },
  {
    name: "a signal is refused before what it rests on is durable (A3)",
    file: intake,
    from: "await durable();",
    to: 'if (verdict.name !== "late") await durable();',
    needs: { definition: "waiting", faults: 3, among: "comes|killed|no signal" },
  },
  {
    name: "what ends a wait is no barrier (A4)",
    file: waits,
    from: "return { ...saga, barrier: saga.seq, clockFrom: at };",
    to: "return { ...saga, clockFrom: at };",
    needs: { definition: "waiting or going on", faults: 2, among: "killed|cancel" },
  },
  {
    name: "a default is no barrier (A4)",
    file: waits,
    from: "return waitDone(saga, open, byDefault, at);",
    to: "return { ...waitDone(saga, open, byDefault, at), barrier: saga.barrier };",
    needs: { definition: "waiting or going on", faults: 2, among: "killed|ends the wait" },
  },
  {
    name: "a cancel is accepted after the signal at the pivot (A5)",
    file: "transition/steps.ts",
    from: 'pivot.status === "unknown" || pivot.status === "done");',
    to: 'pivot.status === "unknown" || (pivot.status === "done" && pivot.signal === undefined));',
    needs: { definition: "waiting at its pivot", faults: 2, among: "cancel" },
  },
  {
    name: "a signal is late while the saga settles (A6)",
    file: verdict,
    from: '(phase.name === "settling" && isAfterPivot(controller, at.index))',
    to: "(!saga.id && isAfterPivot(controller, at.index))",
    needs: { definition: "waiting after its pivot", faults: 3, among: "comes|killed|by 1 h|lost|late" },
  },
  {
    name: "a kept signal is forgotten when its saga turns back (A6)",
    file: "transition/apply-event.ts",
    from: "closed(closeSignals(saga), ",
    to: "closed(saga, ",
    needs: { definition: "waiting", faults: 2, among: "comes|cancel|by 1 h" },
  },
  {
    name: "a refusal that was told to ask is late once a yes was taken (2)",
    file: verdict,
    from: 'if (because && pastRefusals.some(isEqual)) return { name: "repeated" };',
    to: "",
    needs: { definition: "waiting after its pivot", faults: 2, among: "comes" },
  },
  {
    name: "a kept signal is late for its sender when its saga turned back (2)",
    file: verdict,
    from: 'same.wasKept ? { name: "repeated" } : ',
    to: "",
    needs: { definition: "waiting", faults: 3, among: "comes|cancel" },
  },
  {
    name: "what is only noted is reported when it is durable",
    file: "engine/noted-events.ts",
    from: "    notify(found, event);",
    to: "    void journal.durable(saga.id).then(() => notify(found, event));",
    needs: { definition: "waiting twice", faults: 2, among: "comes" },
  },
  {
    name: "a claim is no part of the record that brings it (A11)",
    file: "engine/saga-run.ts",
    from: "step: stepOf(this.controller, saga), claims };",
    to: "step: stepOf(this.controller, saga) };",
    needs: { definition: "waiting by what a step gave", faults: 1, among: "comes" },
  },
  {
    name: "a claim does not survive a crash that its record survives (A11)",
    file: "simulation/simulated-journal.ts",
    from: "return [...this.#durable, ...this.#unflushed.slice(0, kept)];",
    to: "return [...this.#durable, ...this.#unflushed.slice(0, kept)].map(({ claims: _lost, ...record }) => record);",
    needs: { definition: "waiting by what a step gave", faults: 1, among: "killed" },
  },
  {
    name: "nobody looks whether another saga has the correlation (A11)",
    file: "engine/correlations.ts",
    from: "if (correlation === undefined) return;",
    to: "if (correlation === undefined || id) return;",
    needs: { definition: "waiting by what a step gave", faults: 1, among: "claims" },
  },
  {
    name: "a restart does not look whether another saga has the correlation (A11)",
    file: "engine/sleeping-sagas.ts",
    from: "if (correlation !== undefined) correlations.check",
    to: "if (correlation !== undefined && !saga.id) correlations.check",
    needs: { definition: "waiting by what a step gave", faults: 2, among: "claims|killed" },
  },
  {
    name: "a compacted record loses the signal of its step",
    file: "transition/read-event.ts",
    from: "...(signal !== undefined && {",
    to: '...(signal !== undefined && status !== "undoing" && {',
    needs: { definition: "waiting for what is paid back", faults: 2, among: "down|comes" },
  },
];
