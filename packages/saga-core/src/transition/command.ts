import type { CallKind } from "../definition/attempt.ts";

/**
 * What an engine does next. Every command that reaches outside says which of the saga's records must be durable first: the one
 * numbered `after` and all before it (rule 5). Engines re-decide nothing.
 */
export type Command = Call | Wait | Rest;

/** Make one attempt at a step, or look whether one was applied, and report it with an `answered` event. */
export interface Call {
  readonly type: CallKind;
  readonly step: string;
  readonly attempt: number;
  readonly after: number;
  /** The end of its key: a call that is not sent by then is not sent at all, and its outcome is unavailable. */
  readonly before?: number;
}

/** Send a `woken` event at this instant; it replaces any earlier wait. An instant that has passed means at once. */
export interface Wait {
  readonly type: "wait";
  readonly until: number;
}

/** The saga has ended or needs a human: its caller may be told. */
export interface Rest {
  readonly type: "rest";
  readonly after: number;
}

/** Apply this event next. No engine performs it: `advance` does. */
export interface AppendRecord {
  readonly type: "record";
  readonly event: "pivot-recorded" | "closing-recorded";
}

export function isCall(command: Command | AppendRecord): command is Call {
  return command.type === "run" || command.type === "rollback" || command.type === "probe";
}
