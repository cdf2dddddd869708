import type { Policy } from "../definition/policy.ts";
import type { GateLimits } from "../engine/participant-gate.ts";

const HOUR_MS = 3_600_000;

/** Few attempts with long waits: a run is short, and meets every limit. */
export const simulatedPolicy: Partial<Policy> = {
  attemptsMax: 2,
  backoffMsBase: HOUR_MS / 6,
  backoffMsMax: HOUR_MS,
  deadlineMs: HOUR_MS / 2,
  giveUpMs: 24 * HOUR_MS,
};

/**
 * A saga that fails once at a participant is held back for a while: a run meets that too. It has room for two calls, so that nothing but
 * the engine's own care keeps a call that has not returned from being made again.
 */
export const simulatedGate: GateLimits = {
  callsInFlightMax: 2,
  failuresMax: 1,
  openMsBase: HOUR_MS / 12,
  openMsMax: HOUR_MS / 6,
};
