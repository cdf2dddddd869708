import type { Outcome } from "../definition/outcome.ts";
import type { SimulatedCall } from "./simulated-controller.ts";
import { arrivesWithinMs, type Message } from "./simulated-world.ts";

/** A message that its sender waits for. */
export interface Waiting extends Message {
  /** When the deadline of its call passes, in milliseconds since the epoch. */
  readonly deadlineAt: number;
  readonly reply: (outcome: Outcome<object>) => void;
  readonly fail: (error: Error) => void;
}

/**
 * A message that can still arrive, or whose answer can, although no engine waits for it: at most the handler of a lost sender, which still
 * runs, or a handler that has not returned by its deadline.
 */
export interface Late extends Message {
  readonly until: number;
  readonly reply?: (outcome: Outcome<object>) => void;
  /** The sender is alive, and its handler has not returned. */
  readonly isUnreturned?: true;
}

export function lateOf(message: Message, now: number): Late {
  const { handler, action, data, attempt, id } = message;
  return { handler, action, data, attempt, id, until: now + arrivesWithinMs(message) };
}

/** Whether it is the same step's `run`. */
export function isRunOf({ handler }: SimulatedCall): (other: SimulatedCall) => boolean {
  return (other) => other.action === "run" && other.handler.step === handler.step;
}

export function nameOf({ handler, action }: SimulatedCall): string {
  return `${handler.step}/${action}`;
}
