import type { InterventionReason } from "../transition/saga.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { type EngineScene, type MakeEngine, runOne, unkeyedSteps } from "./engine-scene.ts";
import type { Fault } from "./scripted-world.ts";

/** Gives up soon enough for a real clock, after few calls. */
export const soonGivenUp = { deadlineMs: 2_000, giveUpMs: 2_000, backoffMsBase: 100, backoffMsMax: 100 };

/** More faults than there are calls before a saga gives up. */
export function always(fault: Fault): readonly Fault[] {
  return Array<Fault>(1_000).fill(fault);
}

interface Intervention {
  /** After "needs a human when". */
  readonly when: string;
  readonly scene: Partial<EngineScene>;
  readonly reason: InterventionReason;
  /** Every call, where none may be repeated. */
  readonly calls?: readonly string[];
}

const interventions: readonly Intervention[] = [
  {
    when: "a rollback is refused",
    scene: { faults: { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } },
    reason: "refused",
  },
  { when: "a step after the pivot is refused", scene: { faults: { "mail/run": ["rejected"] } }, reason: "refused" },
  { when: "a participant says that a key was misused", scene: { faults: { "stock/run": ["defect"] } }, reason: "defect" },
  {
    when: "a participant says that the key of a rollback was misused",
    scene: { faults: { "pay/run": ["rejected"], "order/rollback": ["defect"] } },
    reason: "defect",
  },
  {
    when: "repeating a call does not settle it before the time of giving up",
    scene: { policy: soonGivenUp, faults: { "order/run": always("request-lost") } },
    reason: "gave-up",
  },
  {
    when: "repeating a rollback does not complete it before the time of giving up",
    scene: { policy: soonGivenUp, faults: { "pay/run": ["rejected"], "stock/rollback": always("unavailable") } },
    reason: "gave-up",
  },
  {
    when: "an unkeyed participant leaves an outcome unknown",
    scene: { steps: unkeyedSteps, faults: { "order/run": ["reply-lost"] } },
    reason: "unknown-unkeyed",
    calls: ["order/run"],
  },
  {
    when: "an unkeyed pivot leaves its outcome unknown",
    scene: { steps: unkeyedSteps, faults: { "pay/run": ["request-lost"] } },
    reason: "unknown-unkeyed",
    calls: ["order/run", "stock/run", "pay/run"],
  },
  {
    when: "an unkeyed rollback is unknown",
    scene: { steps: unkeyedSteps, faults: { "pay/run": ["rejected"], "stock/rollback": ["reply-lost"] } },
    reason: "unknown-unkeyed",
    calls: ["order/run", "stock/run", "pay/run", "stock/rollback"],
  },
];

/** When every engine stops a saga until a human acts. */
export const interventionCases: readonly ContractCase<MakeEngine>[] = interventions.map(({ when, scene, reason, calls }) => ({
  name: `needs a human when ${when}`,
  check: async (make) => {
    const { saga, status, world } = await runOne(make, scene);
    expectSame(status, "needs_intervention", "status");
    expectSame(saga.phase.name === "needs-intervention" && saga.phase.reason, reason, "reason");
    expectSame(
      saga.steps.filter(({ nextAttemptAt }) => nextAttemptAt !== undefined),
      [],
      "steps that wait for a call",
    );
    if (calls) expectSame(world.calls, calls, "calls");
  },
}));
