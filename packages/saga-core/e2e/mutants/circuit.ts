import type { Mutant } from "./mutant.ts";

const gate = "engine/participant-gate.ts";

/** What is wrong with how one saga's trouble is told from the death of a participant. No run of one saga shows it. */
export const circuitMutants: readonly Mutant[] = [
  {
    name: "evidence counts calls, not sagas",
    file: "engine/evidence.ts",
    from: "    this.#failed.delete(sagaId);\n",
    to: "    this.#failed.set(sagaId + this.#last, { failure, number: this.#last });\n",
    needs: "contract",
  },
  {
    name: "an open circuit holds back first attempts too",
    file: gate,
    from: 'return this.#circuit.name !== "closed" && this.#evidence.has(sagaId);',
    to: 'return this.#circuit.name !== "closed" && (sagaId !== undefined || this.#evidence.has(sagaId));',
    needs: "contract",
  },
  {
    name: "more than eight first attempts are under way at a silent participant",
    file: gate,
    from: "const FIRST_ATTEMPTS_MAX = 8;",
    to: "const FIRST_ATTEMPTS_MAX = 9;",
    needs: "contract",
  },
  {
    name: "first attempts queue although the participant answers",
    file: gate,
    from: "if (this.isWaitShort) return true;",
    to: 'if (this.#circuit.name === "closed") return true;',
    needs: "contract",
  },
  {
    name: "an answer without a clear outcome counts as silence",
    file: "engine/perform-call.ts",
    from: 'return outcome.answered ? "answer" : "silence";',
    to: 'return outcome.answered ? "silence" : "silence";',
    needs: "contract",
  },
  {
    name: "several of those held back try at once",
    file: gate,
    from: "const isTaken = this.#trial !== undefined || this.#expects(true) > 0;",
    to: "const isTaken = this.#trial === undefined && this.#expects(true) > 64;",
    needs: "contract",
  },
  {
    name: "a clear answer does not close the circuit",
    file: gate,
    from: 'if (end === "clear") this.#close();\n    else if (end !== "unsent")',
    to: 'if (end !== "clear" && end !== "unsent")',
    needs: "contract",
  },
];
