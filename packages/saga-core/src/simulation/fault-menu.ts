import { isAtRest } from "../transition/transition.ts";
import type { Happening } from "./happening.ts";
import type { IdReuse } from "./id-reuse.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";
import type { Operator } from "./operator.ts";
import type { OtherClaims } from "./other-claims.ts";
import type { Signaller } from "./signaller.ts";
import type { SimulatedLimits } from "./simulated-limits.ts";
import type { SimulatedOrchestrator } from "./simulated-orchestrator.ts";
import { spanOf } from "./span.ts";

/** A simulation as its faults see it. */
export interface FaultTarget extends Pick<SimulatedLimits, "jumpsMs"> {
  readonly network: Network;
  readonly reuse: IdReuse;
  readonly claims: OtherClaims;
  readonly operator: Operator;
  readonly signaller: Signaller;
  readonly orchestrator: SimulatedOrchestrator;
  /** Whether nothing may be requested any more: the saga has ended, or the engine drains. */
  readonly isOver: boolean;
}

/** Everything that can go wrong now, and everything that may be requested, each as a fault. Listing it changes nothing. */
export function faultMenu(target: FaultTarget): readonly Happening[] {
  const { orchestrator, network } = target;
  const { life } = orchestrator;
  const [, longPast] = target.jumpsMs;
  if (!life) return [fault(`the orchestrator starts again ${spanOf(longPast)} later`, () => orchestrator.restart(longPast))];
  return [
    ...crashes(orchestrator, life),
    ...network.mishaps,
    ...target.reuse.mishaps,
    ...(orchestrator.saga ? target.claims.mishaps(orchestrator.saga) : []),
    ...requests(target, life),
    ...silenceOf(target, life),
    ...jumpsOf(target, life),
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

function requests({ operator, signaller, orchestrator, isOver }: FaultTarget, life: Life): readonly Happening[] {
  const { saga, isDraining } = orchestrator;
  const signals = saga && !isDraining ? signaller.requests(life) : [];
  if (!saga || isOver) return signals;
  const drains = isAtRest(saga) ? [] : [fault("the orchestrator is told to stop", () => orchestrator.drain(life))];
  return [...operator.requests(life, saga), ...signals, ...signaller.ends(life, saga), ...drains];
}

function jumpsOf({ orchestrator, jumpsMs }: FaultTarget, life: Life): readonly Happening[] {
  if (!life.clock.isWaiting) return [];
  return jumpsMs.map((ms) => fault(`the clock jumps on by ${spanOf(ms)}`, () => orchestrator.jump(life, ms)));
}

/** What a saga waits for does not come in time. */
function silenceOf({ signaller, orchestrator }: FaultTarget, life: Life): readonly Happening[] {
  const { saga } = orchestrator;
  if (!saga || !life.clock.isWaiting || !signaller.usual(life, saga)) return [];
  return [fault("no signal comes, and time passes", () => life.clock.advance())];
}

function fault(name: string, happen: Happening["happen"]): Happening {
  return { name, cost: 1, happen };
}
