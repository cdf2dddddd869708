import { type Command, isCall } from "../transition/command.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";

/**
 * When the call that an event led to was due, in milliseconds since the epoch: a repetition when its backoff ended, which may be long before its
 * saga went on; any other at the event.
 */
export function dueAt(before: Saga | undefined, { at }: SagaEvent, commands: readonly Command[]): number {
  const call = commands.find(isCall);
  const nextAttemptAt = before?.steps.find(({ step }) => step === call?.step)?.nextAttemptAt;
  return Math.min(nextAttemptAt ?? at, at);
}
