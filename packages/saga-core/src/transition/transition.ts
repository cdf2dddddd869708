import type { Controller } from "../definition/controller.ts";
import { applyEvent, begin } from "./apply-event.ts";
import { claimsOf } from "./claims.ts";
import type { Command } from "./command.ts";
import { compacted } from "./compacted.ts";
import { type Decision, decide, listen, patienceAt } from "./decide.ts";
import { isOperation, type SagaEvent } from "./event.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { unparked } from "./resumed.ts";
import type { Saga } from "./saga.ts";
import { waitingFor } from "./waits.ts";

/**
 * The one decision maker: from a saga and an event, the next saga and the commands to perform. Pure: the same
 * arguments always give the same decision, so that folding a journal gives the same saga again.
 *
 * @param saga undefined before the `started` event.
 * @throws ImpossibleEvent for an event that no correct engine sends, such as any event to a saga that has ended.
 */
export function transition(controller: Controller, saga: Saga | undefined, event: SagaEvent): Decision {
  const { saga: next, commands } = decideOn(controller, saga, event);
  return { saga: withItsChange(saga, next, event.at), commands: [...commands, ...claimsOf(saga, next)] };
}

function withItsChange(before: Saga | undefined, after: Saga, at: number): Saga {
  if (before === undefined || before.phase.name === after.phase.name) return after;
  return { ...after, phaseSince: at, phaseSeq: after.seq };
}

function decideOn(controller: Controller, saga: Saga | undefined, event: SagaEvent): Decision {
  if (event.type === "started") {
    if (saga) throw new ImpossibleEvent(saga, event);
    return decide(controller, begin(controller, event), event.at);
  }
  if (!saga || !mayHappen(saga, event)) throw new ImpossibleEvent(saga, event);
  // What followed from the events that it stands for is in it: nothing is decided again.
  if (event.type === "compacted") return { saga: compacted(saga, event), commands: [] };
  const numbered: Saga = { ...saga, seq: saga.seq + 1, updatedAt: event.at };
  // An operation makes a parked saga go on, as its engine does: nothing is under way, and nothing more is in doubt.
  const goesOn = isOperation(event) && event.type !== "acknowledged";
  const recorded = applyEvent(controller, goesOn ? unparked(numbered) : numbered, event, saga.updatedAt);
  return recorded.isParked ? park(controller, recorded) : decide(controller, recorded, event.at);
}

function mayHappen(saga: Saga, event: SagaEvent): boolean {
  // It may come at any time, also after the end.
  if (event.type === "signalled" || event.type === "acknowledged") return true;
  const isAnytime = isOperation(event) || event.type === "refused" || event.type === "correlation-refused";
  if (saga.isParked && event.type !== "resumed" && !isAnytime) return false;
  return !isAtRest(saga) || (isAnytime && saga.phase.name === "needs-intervention");
}

/** Whether a saga has ended or needs a human: then only an operation can happen to it. */
export function isAtRest({ phase }: Saga): boolean {
  return phase.name === "completed" || phase.name === "cancelled" || phase.name === "needs-intervention";
}

/** Whether its last event brought a saga to rest. What is recorded of a saga that is at rest already, such as a refusal, does not. */
export function cameToRest(saga: Saga): boolean {
  return isAtRest(saga) && saga.phaseSeq === saga.seq;
}

/** A parked saga does nothing until an engine resumes it, which it does at the latest when the saga turns back or gives up. */
function park(controller: Controller, saga: Saga): Decision {
  const until = patienceAt(controller, saga);
  const step = waitingFor(saga);
  const wait: readonly Command[] = until === Infinity ? [] : [{ type: "wait", until }];
  return { saga, commands: step === undefined ? wait : [listen(saga, step), ...wait] };
}

/**
 * The saga that a journal's events make, in their order; undefined if there are none.
 *
 * @throws ImpossibleEvent for an event that cannot happen to the saga at that point.
 */
export function fold(controller: Controller, events: Iterable<SagaEvent>): Saga | undefined {
  let saga: Saga | undefined;
  for (const event of events) saga = transition(controller, saga, event).saga;
  return saga;
}
