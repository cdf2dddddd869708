import type { Clock } from "../ports/clock.ts";
import type { ParticipantState } from "../ports/engine.ts";
import type { Call } from "../transition/command.ts";
import { patienceOf } from "../transition/patience.ts";
import type { Saga } from "../transition/saga.ts";

/** The saga that requests a call. */
export interface Caller {
  readonly sagaId: string;
  /** When the saga was started, in milliseconds since the epoch: the older goes first. */
  readonly startedAt: number;
  /** The deadline of its policy, or that of the step, in milliseconds. */
  readonly deadlineMs: number;
  /** Whether an operator requested the call: then an open circuit does not hold it back. */
  readonly isInsistent: boolean;
}

export function callerOf(saga: Saga, { step }: Pick<Call, "step">, isInsistent: boolean): Caller {
  const { deadlineMs } = patienceOf(saga, step);
  return { sagaId: saga.id, startedAt: saga.createdAt, deadlineMs, isInsistent };
}

/** The right to make one call, from `enter` until `leave` or `expire`. */
export interface Ticket {
  readonly caller: Caller;
}

/** How a call failed: the participant answered, but neither `done` nor `rejected`; or there was no answer. */
export type Failure = "answer" | "silence";

/** How a call ended: with a clear answer, be it a refusal; with a failure; or the call was not made. */
export type CallEnd = "clear" | Failure | "unsent";

/** A call that waits in memory. */
export interface Queued {
  /** There is room: the call is to be made now. */
  readonly go: (ticket: Ticket) => void;
  /** Its saga is held back, or no place may ever be free: the call is not to be made. */
  readonly refuse: () => void;
}

/** A caller that waits; without `call` it waits out of memory. */
export interface Waiter {
  readonly caller: Caller;
  readonly call?: Queued;
}

export interface GatePorts {
  readonly clock: Clock;
  /** Brings a saga that is parked here back into memory. Resolves when its call has come to the gate, or will not. */
  readonly resume: (sagaId: string) => Promise<void>;
  readonly onChange: (state: ParticipantState) => void;
}
