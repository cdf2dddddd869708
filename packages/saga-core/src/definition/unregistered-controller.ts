import { Controller } from "./controller.ts";
import { givesNothing } from "./gives-nothing.ts";
import type { AnyHandler } from "./handler.ts";
import { unknown } from "./outcome.ts";
import { defaultPolicy } from "./policy.ts";

/** The state of a saga whose definition is not registered: its own words are not known. */
export const UNREGISTERED = "UNREGISTERED";

/**
 * Stands for a definition whose version is not registered here. Nothing of it is known but the names of its steps, which its sagas
 * recorded; nothing is ever done with it (rule 11).
 */
export class UnregisteredController extends Controller {
  constructor(name: string, version: number, steps: readonly string[]) {
    super({
      name,
      version,
      chain: { input: givesNothing, handlers: steps.map(placeholder) },
      policy: defaultPolicy,
    });
  }
}

function placeholder(step: string, index: number): AnyHandler {
  const number = index === 0 ? "" : `_${index}`;
  const nothing = async () => unknown("this version is not registered");
  return {
    kind: "compensatable",
    step,
    words: {
      state: `${UNREGISTERED}${number}`,
      done: `Done${index}`,
      failed: `Failed${index}`,
      undoing: `${UNREGISTERED}_UNDOING${number}`,
      undone: `Undone${index}`,
    },
    participant: { name: "unregistered", keyed: false },
    gives: givesNothing,
    rollbackIsRepeatable: false,
    run: nothing,
    rollback: nothing,
  };
}
