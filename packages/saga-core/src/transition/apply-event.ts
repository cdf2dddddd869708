import type { Controller } from "../definition/controller.ts";
import type { Turn } from "../definition/turn.ts";
import { answered } from "./answered.ts";
import type { Compacted, SagaEvent, Started } from "./event.ts";
import { idReused } from "./id-reuse.ts";
import { ImpossibleEvent } from "./impossible-event.ts";
import { operate } from "./operate.ts";
import { withClockAfter } from "./patience.ts";
import { resumed } from "./resumed.ts";
import type { Saga } from "./saga.ts";
import { correlationRefused, signalled } from "./signalled.ts";
import { closeSignals } from "./verdict.ts";
import { woken } from "./waits.ts";

/** The saga that a `started` event makes. */
export function begin(controller: Controller, { type: _type, at, ...started }: Started): Saga {
  return {
    ...started,
    seq: 1,
    data: {},
    phase: { name: "forward" },
    steps: controller.handlers.map(({ step }) => ({ step, status: "pending", attempts: 0, calling: false })),
    // The start is durable before the first call (rule 5).
    barrier: 1,
    orphans: [],
    createdAt: at,
    updatedAt: at,
  };
}

/**
 * Takes in what happened. What follows from it is decided in decide.ts.
 *
 * @param lastAt when the record before this one was made, in milliseconds since the epoch.
 */
export function applyEvent(
  controller: Controller,
  saga: Saga,
  event: Exclude<SagaEvent, Started | Compacted>,
  lastAt: number,
): Saga {
  switch (event.type) {
    case "answered":
      return answered(controller, saga, event);
    case "id-reused":
      return idReused(controller, saga, event);
    case "woken":
      return woken(controller, saga, event.at);
    case "pivot-recorded":
      if (saga.phase.name !== "forward" || saga.pivotRecord !== undefined) throw new ImpossibleEvent(saga, event);
      return { ...saga, pivotRecord: saga.seq };
    case "closing-recorded":
      if (saga.phase.name !== "settling") throw new ImpossibleEvent(saga, event);
      return closed(closeSignals(saga), event.turn ?? saga.phase.turn);
    case "parked":
      return parked(saga);
    case "resumed":
      return resumed(controller, event.isBehind ? { ...saga, keysMayBeForgotten: true } : saga, { at: event.at, lastAt });
    case "cancel-requested":
    case "retry-requested":
    case "resolved":
    case "wait-ended":
    case "acknowledged":
    case "refused":
      return operate(controller, saga, event);
    case "signalled":
      return signalled(controller, saga, event);
    case "correlation-refused":
      return correlationRefused(controller, saga, event);
  }
}

/** Undoing has its own patience, however long the step took at which the saga turned. */
function closed(saga: Saga, turn: Turn): Saga {
  return { ...withClockAfter(saga, turn.step), phase: { name: "undoing", turn }, barrier: saga.seq };
}

/** A call that was not made does not count as an attempt. */
function parked(saga: Saga): Saga {
  const steps = saga.steps.map((progress) =>
    progress.calling ? { ...progress, calling: false, attempts: progress.attempts - 1 } : progress,
  );
  return { ...saga, steps, isParked: true };
}
