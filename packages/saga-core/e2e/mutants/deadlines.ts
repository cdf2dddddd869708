import type { Mutant } from "./mutant.ts";

const makeCall = "engine/make-call.ts";

/** What is wrong with a call whose handler has not returned by its deadline. */
export const deadlinesMutants: readonly Mutant[] = [
  {
    name: "the answer to a call counts after its deadline",
    file: "engine/perform-call.ts",
    from: "    late.resolve({ outcome: unknown(reason), hasReturned: false });\n",
    to: "",
  },
  {
    name: "a call is made again before its last attempt has returned",
    file: "engine/saga-run.ts",
    from: "    if (unreturned) {",
    to: "    if (unreturned && call.attempt < 0) {",
  },
  {
    name: "a call gives its place back at its deadline",
    file: makeCall,
    from: "void returned.then(() => gate.free());",
    to: "gate.free();",
    needs: "contract",
  },
  {
    name: "a probe is believed before the run that it looks up has returned",
    file: makeCall,
    from: "const provesNothing = isTooEarly &&",
    to: "const provesNothing = !call.step && isTooEarly &&",
    needs: "contract",
  },
  {
    name: "a human's not applied is believed before the call has returned",
    file: "engine/refusals.ts",
    from: "if (unreturned.since({ sagaId, step, type: action }) === undefined) return undefined;",
    to: "if (unreturned.since({ sagaId, step, type: action }) !== -1) return undefined;",
    needs: "contract",
  },
];
