import { Controller } from "./controller.ts";
import { givesNothing } from "./gives-nothing.ts";
import type { AnyHandler } from "./handler.ts";
import { unknown } from "./outcome.ts";
import { defaultPolicy } from "./policy.ts";

/** The state of a saga that cannot be read, instead of its own words. */
type UnreadableState = "UNREGISTERED" | "UNREADABLE";

interface StandIn {
  readonly name: string;
  readonly version: number;
  /** The steps that are known; one stands for those that are not. */
  readonly steps: readonly string[];
  readonly state: UnreadableState;
}

/**
 * Stands for the definition of a saga that cannot be read: its version is not registered here, or its records are damaged. Only
 * the names of its steps are known, as far as its saga recorded them; no step of it is ever run (rule 11).
 */
export class StandInController extends Controller {
  constructor({ name, version, steps, state }: StandIn) {
    const known = steps.length > 0 ? steps : ["unknown"];
    super({
      name,
      version,
      chain: { input: givesNothing, handlers: known.map((step, index) => placeholder(step, index, state)) },
      policy: defaultPolicy,
    });
  }
}

function placeholder(step: string, index: number, state: UnreadableState): AnyHandler {
  const number = index === 0 ? "" : `_${index}`;
  const nothing = async () => unknown("this saga cannot be read");
  return {
    kind: "compensatable",
    step,
    words: {
      state: `${state}${number}`,
      done: `Done${index}`,
      failed: `Failed${index}`,
      undoing: `${state}_UNDOING${number}`,
      undone: `Undone${index}`,
    },
    participant: { name: "unknown", keyed: false },
    gives: givesNothing,
    rollbackIsRepeatable: false,
    run: nothing,
    rollback: nothing,
  };
}
