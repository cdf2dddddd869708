/** When the circuit of a participant opens, and for how long it then stays open. */
export interface CircuitLimits {
  /** Different sagas that failed there with no clear answer between, after which the circuit opens. */
  readonly failuresMax: number;
  /** How long it stays open before one of them tries the participant, in milliseconds; it doubles with every trial that fails. */
  readonly openMsBase: number;
  /** Where that doubling stops, in milliseconds: here, or at a quarter of the sagas' deadline, whichever is less. */
  readonly openMsMax: number;
}

/**
 * A circuit breaker as a value (https://martinfowler.com/bliki/CircuitBreaker.html). Until it is closed it holds back the sagas that failed
 * at the participant. Whether it holds back the others too is not decided here.
 */
export type Circuit = Closed | Open | HalfOpen;

/** Nobody is held back. */
export interface Closed {
  readonly name: "closed";
}

/** None of those held back is let through until `nextTrialAt` (milliseconds since the epoch). */
export interface Open {
  readonly name: "open";
  /** As far as the time has doubled, in milliseconds; the deadline of a saga may shorten the wait. */
  readonly openMs: number;
  readonly nextTrialAt: number;
}

/** One at a time of those held back tries the participant. */
export interface HalfOpen {
  readonly name: "half-open";
  readonly openMs: number;
}

export const closedCircuit: Closed = { name: "closed" };

/** A call that failed, and what was seen at its participant so far. */
export interface FailedCall {
  /** Whether it was the trial of one that is held back. */
  readonly isTrial: boolean;
  /** How many different sagas have failed there since the last clear answer, with this one. */
  readonly sagas: number;
  /** The shortest deadline of their policies, in milliseconds. */
  readonly deadlineMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A trial that fails lets the next one wait for twice as long. A first attempt that fails changes that time only if its deadline is shorter. */
export function afterFailure(circuit: Circuit, failed: FailedCall, limits: CircuitLimits): Circuit {
  const { isTrial, sagas, now } = failed;
  switch (circuit.name) {
    case "closed":
      return sagas >= limits.failuresMax ? opened(limits.openMsBase, failed) : circuit;
    case "open":
      return { ...circuit, nextTrialAt: Math.min(circuit.nextTrialAt, now + waitMs(circuit.openMs, failed)) };
    case "half-open":
      return isTrial ? opened(Math.min(circuit.openMs * 2, limits.openMsMax), failed) : circuit;
  }
}

/** The time of an open circuit has come. */
export function halfOpened(circuit: Circuit): Circuit {
  return circuit.name === "open" ? { name: "half-open", openMs: circuit.openMs } : circuit;
}

/** No longer than a quarter of the deadline, so that a saga can try again before it turns back. */
export function waitMs(openMs: number, { deadlineMs }: { readonly deadlineMs: number }): number {
  return Math.min(openMs, Math.ceil(deadlineMs / 4));
}

function opened(openMs: number, failed: FailedCall): Open {
  return { name: "open", openMs, nextTrialAt: failed.now + waitMs(openMs, failed) };
}
