import type { Attempt } from "../definition/attempt.ts";

/** An attempt for tests that call a handler themselves. Its deadline never comes, unless the test brings a signal. */
export function sampleAttempt(attempt: Partial<Attempt> = {}): Attempt {
  const call = { sagaId: "saga", definition: "sample", step: "step", number: 1 };
  return { key: "saga/step/run", signal: new AbortController().signal, ...call, ...attempt };
}
