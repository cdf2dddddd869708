/** When the circuit of a participant opens, and for how long it then stays open. */
export interface CircuitLimits {
  /** Calls in a row without an answer, after which the circuit opens. */
  readonly failuresMax: number;
  /** How long it stays open before one call tries the participant, in milliseconds; it doubles with every trial that fails. */
  readonly openMsBase: number;
  /** Where that doubling stops, in milliseconds. */
  readonly openMsMax: number;
}

/** A circuit breaker as a value (https://martinfowler.com/bliki/CircuitBreaker.html). `failures`: calls in a row without an answer. */
export type Circuit = Closed | Open | HalfOpen;

/** Calls go through. */
export interface Closed {
  readonly name: "closed";
  readonly failures: number;
}

/** No call goes through until `nextTrialAt` (milliseconds since the epoch). */
export interface Open {
  readonly name: "open";
  readonly failures: number;
  readonly openMs: number;
  readonly nextTrialAt: number;
}

/** One call at a time tries the participant. */
export interface HalfOpen {
  readonly name: "half-open";
  readonly failures: number;
  readonly openMs: number;
  readonly isTrialUnderWay: boolean;
}

export const closedCircuit: Closed = { name: "closed", failures: 0 };

/** What a call that comes now would be; undefined: it is not let through. */
export function callThrough(circuit: Circuit): "call" | "trial" | undefined {
  if (circuit.name === "closed") return "call";
  return circuit.name === "half-open" && !circuit.isTrialUnderWay ? "trial" : undefined;
}

export function withTrial(circuit: Circuit): Circuit {
  return circuit.name === "half-open" ? { ...circuit, isTrialUnderWay: true } : circuit;
}

/** A trial that was not made after all leaves the trial to another call. */
export function withoutTrial(circuit: Circuit): Circuit {
  return circuit.name === "half-open" ? { ...circuit, isTrialUnderWay: false } : circuit;
}

/** While the circuit is not closed, only a trial that fails changes it: other calls began before it opened. */
export function afterFailure(
  circuit: Circuit,
  { isTrial, now }: { readonly isTrial: boolean; readonly now: number },
  limits: CircuitLimits,
): Circuit {
  const failures = circuit.failures + 1;
  if (circuit.name === "closed") {
    return failures >= limits.failuresMax ? opened(failures, limits.openMsBase, now) : { ...circuit, failures };
  }
  if (circuit.name === "half-open" && isTrial) return opened(failures, Math.min(circuit.openMs * 2, limits.openMsMax), now);
  return { ...circuit, failures };
}

/** The time of an open circuit has come. */
export function halfOpened(circuit: Circuit): Circuit {
  if (circuit.name !== "open") return circuit;
  return { name: "half-open", failures: circuit.failures, openMs: circuit.openMs, isTrialUnderWay: false };
}

function opened(failures: number, openMs: number, now: number): Open {
  return { name: "open", failures, openMs, nextTrialAt: now + openMs };
}
