import { isAtRest } from "../transition/transition.ts";
import type { Happening } from "./happening.ts";
import type { IdReuse } from "./id-reuse.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import type { Operator } from "./operator.ts";
import type { SimulatedOrchestrator } from "./simulated-orchestrator.ts";

const HOUR_MS = 3_600_000;
const DAY_LATER_MS = 25 * HOUR_MS;

/** Past the deadline; and past the time of giving up, and the end of every key. */
const jumps = [
  ["an hour", HOUR_MS],
  ["a day", DAY_LATER_MS],
] as const;

/** A simulation as its faults see it. */
export interface FaultTarget {
  readonly network: Network;
  readonly reuse: IdReuse;
  readonly operator: Operator;
  readonly orchestrator: SimulatedOrchestrator;
  /** Whether nothing may be requested any more: the saga has ended, or the engine drains. */
  readonly isOver: boolean;
}

/** Everything that can go wrong now, and everything that may be requested, each as a fault. Listing it changes nothing. */
export function faultMenu(target: FaultTarget): readonly Happening[] {
  const { orchestrator, network } = target;
  const { life } = orchestrator;
  if (!life) return [fault("the orchestrator starts again a day later", () => orchestrator.restart(DAY_LATER_MS))];
  return [
    ...crashes(orchestrator, life),
    ...network.mishaps,
    ...target.reuse.mishaps,
    ...requests(target, life),
    ...jumpsOf(orchestrator, life),
    ...life.mishaps,
  ];
}

function crashes(orchestrator: SimulatedOrchestrator, { unwritten }: Life): readonly Happening[] {
  const kills = Array.from({ length: Math.max(1, unwritten) }, (_, kept) => {
    const lost = unwritten === 0 ? "" : `, and ${unwritten - kept} of its records are lost`;
    return fault(`the orchestrator is killed${lost}`, () => orchestrator.crash(kept));
  });
  return unwritten > 0 && !orchestrator.isStalled ? [...kills, fault("the disk is slow", () => orchestrator.stall())] : kills;
}

function requests({ operator, orchestrator, isOver }: FaultTarget, life: Life): readonly Happening[] {
  const { saga } = orchestrator;
  if (!saga || isOver) return [];
  const drains = isAtRest(saga) ? [] : [fault("the orchestrator is told to stop", () => orchestrator.drain(life))];
  return [...operator.requests(life, saga), ...drains];
}

function jumpsOf(orchestrator: SimulatedOrchestrator, life: Life): readonly Happening[] {
  if (!life.clock.isWaiting) return [];
  return jumps.map(([long, ms]) => fault(`the clock jumps on by ${long}`, () => orchestrator.jump(life, ms)));
}

function fault(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 1, happen };
}
