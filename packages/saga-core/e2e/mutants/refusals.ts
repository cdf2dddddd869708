import type { Mutant } from "./mutant.ts";

const file = "transition/choices.ts";

/** What is wrong with the record of what somebody was refused. */
export const refusalsMutants: readonly Mutant[] = [
  {
    name: "the same refusal is recorded again and again",
    file,
    from: 'if (isKnown) return refuse("this refusal is on record");',
    to: 'if (isKnown && by === undefined) return refuse("this refusal is on record");',
    needs: "contract",
  },
  {
    name: "a saga takes a refusal more than it may",
    file,
    from: "const REFUSALS_MAX = 16;",
    to: "const REFUSALS_MAX = 17;",
    needs: "contract",
  },
  {
    name: "a refusal is added to what has ended",
    file,
    from: '  // Nothing but a late signal is added to what has ended.\n  if (phase.name === "completed" || phase.name === "cancelled")',
    to: "  if (refusals.length < 0)",
    needs: "contract",
  },
  {
    name: "each record of a saga that needs a human counts as one saga more",
    file: "transition/transition.ts",
    from: "return isAtRest(saga) && saga.phaseSeq === saga.seq;",
    to: "return isAtRest(saga);",
    needs: "contract",
  },
  {
    name: "a definition pauses itself by refusals",
    file: "engine/automatic-pauses.ts",
    from: "if (!cameToRest(saga) || isOperation(event)",
    to: "if (isOperation(event)",
    needs: "contract",
  },
];
