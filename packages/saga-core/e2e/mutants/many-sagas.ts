import type { Mutant } from "./mutant.ts";

const gate = "engine/participant-gate.ts";
const circuit = "engine/circuit-breaker.ts";
const compaction = "transition/compaction.ts";

/** What is wrong with how many sagas share an engine: no run of one saga shows it. */
const shared: readonly Omit<Mutant, "needs">[] = [
  {
    name: "evidence against a participant counts calls",
    file: "engine/evidence.ts",
    from: "    return this.#failed.size;",
    to: "    return this.#failed.size * 5;",
  },
  {
    name: "an open circuit holds back the first attempts too",
    file: gate,
    from: 'return this.#circuit.name !== "closed" && this.#evidence.has(sagaId);',
    to: 'return this.#circuit.name !== "closed" && sagaId !== "";',
  },
  {
    name: "first attempts at a silent participant go one at a time",
    file: gate,
    from: "const FIRST_ATTEMPTS_MAX = 8;",
    to: "const FIRST_ATTEMPTS_MAX = 1;",
  },
  {
    name: "the time until a trial grows with the number of sick sagas",
    file: circuit,
    from: "nextTrialAt: failed.now + waitMs(openMs, failed) };",
    to: "nextTrialAt: failed.now + waitMs(openMs, failed) * failed.sagas };",
  },
  {
    name: "a clear answer leaves the circuit open",
    file: gate,
    from: 'if (end === "clear") this.#close();',
    to: 'if (end === "clear" && isTrial) this.#close();',
  },
  {
    name: "a clear answer lets go of nobody",
    file: gate,
    from: "    this.#trial = undefined;\n    this.#letGo();\n",
    to: "    this.#trial = undefined;\n    this.#held.clear();\n",
  },
  {
    name: "nothing is compacted",
    file: compaction,
    from: "range.held < this.#heldMax",
    to: "range.held > 0",
  },
  {
    name: "a saga that is held back is not compacted",
    file: compaction,
    from: '    case "parked":\n    case "resumed":\n      return range &&',
    to: '    case "parked":\n    case "resumed":\n      return event.type === "woken" && range &&',
  },
  {
    name: "a long text is recorded as it is",
    file: "definition/cut-text.ts",
    from: "if (text.length <= max) return text;",
    to: "if (text.length > 0) return text;",
  },
  {
    name: "a place is not given back",
    file: gate,
    from: "  leave(ticket: Ticket, end: CallEnd): void {\n    this.#bulkhead.leave();",
    to: '  leave(ticket: Ticket, end: CallEnd): void {\n    if (end === "clear") this.#bulkhead.leave();',
  },
];

export const manySagasMutants: readonly Mutant[] = shared.map((mutant) => ({ ...mutant, needs: "many sagas" }));
