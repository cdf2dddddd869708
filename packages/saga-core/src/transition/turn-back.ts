import type { Controller } from "../definition/controller.ts";
import type { Turn } from "../definition/turn.ts";
import type { Saga } from "./saga.ts";
import { isPivotSent, withoutPivotRecord } from "./steps.ts";

/**
 * Turns a saga to compensation: it settles first. This voids the record of a pivot that is certainly unsent (rule 5). When settling is over,
 * decide.ts (`settle`) commands the closing record.
 */
export function turnBack(controller: Controller, saga: Saga, turn: Turn): Saga {
  const turned: Saga = { ...saga, phase: { name: "settling", turn } };
  return isPivotSent(controller, saga) ? turned : withoutPivotRecord(turned);
}
