import type { Controller } from "../definition/controller.ts";
import { type AppendRecord, type Claim, type Command, isCall } from "./command.ts";
import type { SagaEvent } from "./event.ts";
import type { Saga } from "./saga.ts";
import { transition } from "./transition.ts";

/** An event, and the saga that it made. */
export interface AppliedEvent {
  readonly event: SagaEvent;
  readonly saga: Saga;
  /** The correlations by which the saga is found from this record on. Absent: no further ones. */
  readonly claims?: readonly Claim[] | undefined;
}

/** Everything that follows at once from one event. */
export interface Advance {
  /** The saga after the last record. */
  readonly saga: Saga;
  /** The records to append to the journal, in this order: the event, and the internal records that follow from it. */
  readonly records: readonly AppliedEvent[];
  /** The commands to perform now, in any order, once the records are appended. A wait that is not commanded again is cancelled. */
  readonly commands: readonly Command[];
}

/**
 * Applies an event, and then the internal records that follow from it (`pivot-recorded`, `closing-recorded`), until there is none.
 * They happen at the event's own time. `transition` is the single step, for `fold`: a journal holds the internal records already.
 *
 * @example
 * ```ts
 * import type { Controller, Saga, SagaEvent } from "saga-core";
 * import { advance } from "saga-core/engine";
 *
 * export function apply(controller: Controller, saga: Saga | undefined, event: SagaEvent, journal: SagaEvent[]): Saga {
 *   const { saga: next, records, commands } = advance(controller, saga, event);
 *   journal.push(...records.map((record) => record.event));
 *   for (const command of commands) console.log(command.type);
 *   return next;
 * }
 * ```
 *
 * @param saga undefined before the `started` event.
 * @throws ImpossibleEvent for an event that no correct engine sends; then there is nothing to append.
 */
export function advance(controller: Controller, saga: Saga | undefined, event: SagaEvent): Advance {
  const decision = transition(controller, saga, event);
  const claims = decision.commands.filter(isClaim);
  const applied: AppliedEvent = { event, saga: decision.saga, ...(claims.length > 0 && { claims }) };
  const internal = decision.commands.find(isRecord);
  if (!internal) return { saga: decision.saga, records: [applied], commands: decision.commands.filter(isForEngine) };
  const next = advance(controller, decision.saga, recordOf(internal, event.at));
  // A record that is written ahead does not affect the call before it; the wait is decided again.
  return { ...next, records: [applied, ...next.records], commands: [...decision.commands.filter(isCall), ...next.commands] };
}

function recordOf({ event, turn }: AppendRecord, at: number): SagaEvent {
  return event === "closing-recorded" ? { type: event, at, ...(turn && { turn }) } : { type: event, at };
}

type Any = Command | AppendRecord | Claim;

function isRecord(command: Any): command is AppendRecord {
  return command.type === "record";
}

function isClaim(command: Any): command is Claim {
  return command.type === "claim";
}

function isForEngine(command: Any): command is Command {
  return command.type !== "record" && command.type !== "claim";
}
