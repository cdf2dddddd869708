import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, hasEffect } from "../definition/handler.ts";
import type { Policy } from "../definition/policy.ts";
import { termsOf } from "../definition/terms.ts";
import type { GateLimits } from "../engine/participant-gate.ts";
import type { Scenario } from "./scenario.ts";
import { spanOf } from "./span.ts";

const HOUR_MS = 3_600_000;

/**
 * A policy of few attempts with long waits, to explore with: a run is short, and meets every limit. Its times are of the size of usual
 * terms of participants, and a call has time left when the saga's deadline passes.
 */
export const explorationPolicy: Partial<Policy> = {
  attemptsMax: 2,
  backoffMsBase: HOUR_MS / 6,
  backoffMsMax: HOUR_MS,
  deadlineMs: HOUR_MS / 2,
  giveUpMs: 24 * HOUR_MS,
};

/** The patience and the times of a simulation. */
export interface SimulatedLimits {
  readonly policy: Policy;
  /** The limits of the gates of the participants. */
  readonly gate: GateLimits;
  /** How long the participants are down, in milliseconds. */
  readonly downMs: number;
  /** By how much the clock jumps, in milliseconds: past the deadline; and past the time of giving up, and the end of usual keys. */
  readonly jumpsMs: readonly [past: number, longPast: number];
  /** What is other than in the definition, or was made to measure for it, for people. */
  readonly scaled: readonly string[];
}

/** The policy is the definition's own, or what the scenario says; the world's times are made to measure for it, so that a run meets its limits and ends. */
export function simulatedLimits({ definition, policy: own = {} }: Pick<Scenario, "definition" | "policy">): SimulatedLimits {
  const named = { ...definition.policy, ...own };
  const policy = { ...named, backoffMsMax: Math.max(named.backoffMsMax, ...definition.handlers.map(backoffMsMin)) };
  const { backoffMsBase, backoffMsMax, deadlineMs, giveUpMs } = policy;
  // It has room for two calls, so that nothing but the engine's own care keeps a call that has not returned from being made again.
  const gate = { callsInFlightMax: 2, failuresMax: 1, openMsBase: Math.ceil(backoffMsBase / 2), openMsMax: backoffMsBase };
  // Few repetitions, however small their backoff is.
  const downMs = 6 * Math.min(deadlineMs, backoffMsMax);
  const jumpsMs = [Math.max(HOUR_MS, 2 * deadlineMs), giveUpMs + HOUR_MS] as const;
  const changed = Object.entries(policy).filter(([name, value]) => Reflect.get(definition.policy, name) !== value);
  const scaled = [
    ...changed.map(([name, value]) => `${name} ${value} instead of ${Reflect.get(definition.policy, name)}`),
    ...raisedPatience(definition),
    `participants down for ${spanOf(downMs)}`,
    `circuits open for ${spanOf(gate.openMsBase)} to ${spanOf(gate.openMsMax)}, after one failure`,
    `jumps of the clock by ${jumpsMs.map(spanOf).join(" and ")}`,
  ];
  return { policy, gate, downMs, jumpsMs, scaled };
}

const PROBES_MAX = 10;

/**
 * A probe is repeated until the attempt in doubt can no longer arrive. With a backoff that is small beside that time, it would be for hundreds of
 * times, and no run would end.
 */
function backoffMsMin(handler: AnyHandler): number {
  if (!hasEffect(handler) || !handler.probe || handler.participant.keyed) return 0;
  return Math.ceil(termsOf(handler).arrivesWithinMs / PROBES_MAX);
}

/** The patience of a step as it is simulated. */
export function simulatedPatience(handler: AnyHandler): AnyHandler["patience"] {
  const { patience } = handler;
  if (patience?.backoffMsMax === undefined) return patience;
  return { ...patience, backoffMsMax: Math.max(patience.backoffMsMax, backoffMsMin(handler)) };
}

function raisedPatience({ handlers }: Controller): readonly string[] {
  return handlers.flatMap((handler) => {
    const [own, raised] = [handler.patience?.backoffMsMax, simulatedPatience(handler)?.backoffMsMax];
    return own === raised ? [] : [`backoffMsMax ${raised} instead of ${own} at ${handler.step}`];
  });
}
