import { LaterStore } from "./later-store.ts";
import { SimulatedInvocation } from "./simulated-invocation.ts";

/** What Restate keeps of a saga. */
export interface KeptByRestate {
  readonly invocation: SimulatedInvocation;
  /** What came for it after its end. */
  readonly later: LaterStore;
  /** By the key of a correlation, the saga that has it. */
  readonly holders: Map<string, string>;
}

export function newKept(invocation: SimulatedInvocation = new SimulatedInvocation()): KeptByRestate {
  return { invocation, later: new LaterStore(), holders: new Map() };
}
