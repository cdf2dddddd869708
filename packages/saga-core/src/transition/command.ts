import type { CallKind } from "../definition/attempt.ts";
import type { Turn } from "../definition/turn.ts";

/**
 * An instruction to the engine. Every command that reaches outside names the record that must be durable first, with all records before
 * it: number `after` (rule 5). Engines decide nothing again.
 */
export type Command = Call | Wait | Listen | Rest;

/** Make one attempt at a step, or probe whether one was applied, and report its outcome with an `answered` event. */
export interface Call {
  readonly type: CallKind;
  readonly step: string;
  readonly attempt: number;
  /** The number of the record that must be durable before the call. */
  readonly after: number;
  /** The end of its key, in milliseconds since the epoch: after it the call is not sent, and its outcome is `unavailable`. */
  readonly before?: number;
  /** For a rollback: why the saga is undone. */
  readonly turn?: Turn;
  /** The call is not made if another saga was given this id since the start: then the engine sends an `id-reused` event (rule 6). */
  readonly unlessReused?: GivenId;
}

/** An id that a participant gave to a saga. */
export interface GivenId {
  /** The member of the step's result that holds it. */
  readonly member: string;
  readonly value: string | number;
}

/** Send a `woken` event at this instant (milliseconds since the epoch). It replaces any earlier wait; a past instant means at once. */
export interface Wait {
  readonly type: "wait";
  readonly until: number;
}

/**
 * The saga stands at a step that waits: nothing is under way, and it may leave memory. It comes with a `wait` if the step has a time, and the
 * saga goes on by a signal too.
 */
export interface Listen {
  readonly type: "listen";
  readonly step: string;
  /** The correlation by which senders signal it. Absent: they do by the saga's id. */
  readonly correlation?: string;
}

/**
 * From the record just appended on, the saga is found by this correlation: it is indexed in the transaction of that record. If another saga has
 * it, the engine sends a `correlation-refused` event; silence is yes. `advance` gives it with its record.
 */
export interface Claim {
  readonly type: "claim";
  readonly step: string;
  readonly correlation: string;
}

/** The saga is at rest: once record `after` is durable, its waiters are notified. */
export interface Rest {
  readonly type: "rest";
  readonly after: number;
}

/** Apply this event next. No engine performs it: `advance` does. */
export interface AppendRecord {
  readonly type: "record";
  readonly event: "pivot-recorded" | "closing-recorded";
  /** What the closing record holds; absent for a saga that an earlier release began. */
  readonly turn?: Turn;
}

export function isCall(command: Command | AppendRecord | Claim): command is Call {
  return command.type === "run" || command.type === "rollback" || command.type === "probe";
}
