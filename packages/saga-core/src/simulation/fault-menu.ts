import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import type { Happening } from "./happening.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import type { Operator } from "./operator.ts";

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
  readonly operator: Operator;
  readonly saga: Saga | undefined;
  /** Whether nothing may be requested any more: the saga has ended, or the engine drains. */
  readonly isOver: boolean;
  readonly isStalled: boolean;
  readonly stall: () => void;
  readonly crash: (kept: number) => void;
  readonly drain: (life: Life) => void;
  readonly jump: (life: Life, ms: number) => void;
  readonly restart: (laterMs: number) => Promise<void>;
}

/** Everything that can go wrong now, and everything that may be requested, each as a fault. Listing it changes nothing. */
export function faultMenu(target: FaultTarget, life: Life | undefined): readonly Happening[] {
  if (!life) return [fault("the orchestrator starts again a day later", () => target.restart(DAY_LATER_MS))];
  return [
    ...crashes(target, life),
    ...target.network.mishaps,
    ...requests(target, life),
    ...jumpsOf(target, life),
    ...life.mishaps,
  ];
}

function crashes({ isStalled, crash, stall }: FaultTarget, { unwritten }: Life): readonly Happening[] {
  const kills = Array.from({ length: Math.max(1, unwritten) }, (_, kept) => {
    const lost = unwritten === 0 ? "" : `, and ${unwritten - kept} of its records are lost`;
    return fault(`the orchestrator is killed${lost}`, () => crash(kept));
  });
  return unwritten > 0 && !isStalled ? [...kills, fault("the disk is slow", stall)] : kills;
}

function requests({ operator, saga, isOver, drain }: FaultTarget, life: Life): readonly Happening[] {
  if (!saga || isOver) return [];
  const drains = isAtRest(saga) ? [] : [fault("the orchestrator is told to stop", () => drain(life))];
  return [...operator.requests(life, saga), ...drains];
}

function jumpsOf({ jump }: FaultTarget, life: Life): readonly Happening[] {
  return life.clock.isWaiting ? jumps.map(([long, ms]) => fault(`the clock jumps on by ${long}`, () => jump(life, ms))) : [];
}

function fault(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 1, happen };
}
