import type { AnyHandler } from "./handler.ts";
import type { Policy } from "./policy.ts";

/** The problem of a definition's patience, or undefined. The compiler cannot find it: where a step stands decides. */
export function findPatienceProblem(handlers: readonly AnyHandler[], policy: Policy): string | undefined {
  const pivot = handlers.findIndex(({ kind }) => kind === "pivot");
  for (const [index, { step, patience = {} }] of handlers.entries()) {
    const whose = `the patience of "${step}"`;
    const malformed = Object.entries(patience).find(([, limit]) => !Number.isSafeInteger(limit) || limit < 1);
    if (malformed) return `${whose} has ${malformed[0]} ${malformed[1]}, which must be a positive integer`;
    const turns = pivot >= 0 && index > pivot ? (["attemptsMax", "deadlineMs"] as const) : [];
    const useless = turns.find((member) => patience[member] !== undefined);
    if (useless) return `${whose} has ${useless}, and a step after the pivot does not turn its saga`;
    const { giveUpMs, deadlineMs } = { ...policy, ...patience };
    if (giveUpMs < deadlineMs) return `${whose} gives up before its deadline`;
  }
  return undefined;
}
