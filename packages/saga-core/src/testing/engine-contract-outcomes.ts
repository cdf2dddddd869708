import { type ContractCase, expectSame } from "./contract.ts";
import { allForward, allUndone, type MakeEngine, runOne, unkeyedSteps } from "./engine-scene.ts";

/** What every engine must do with the outcomes of calls. */
export const outcomesCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "runs every step once, in order",
    check: async (make) => {
      const { status, world } = await runOne(make, {});
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "undoes the done steps in reverse when a step is refused",
    check: async (make) => {
      const { status, world, saga } = await runOne(make, { faults: { "pay/run": ["rejected"] } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
      expectSame(saga.phase.name === "cancelled" && saga.phase.turn.cause, "rejected", "cause");
    },
  },
  {
    name: "undoes the done steps when a participant stays unavailable, and sends nothing after it",
    check: async (make) => {
      const faults = { "stock/run": ["unavailable", "unavailable", "unavailable"] } as const;
      const { status, world } = await runOne(make, { faults, policy: { attemptsMax: 3 } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
      expectSame(world.calls, ["order/run", "stock/run", "stock/run", "stock/run", "order/rollback"], "calls");
    },
  },
  ...(["reply-lost", "request-lost", "thrown"] as const).map((fault) => ({
    name: `settles an unknown outcome with the same key after ${fault}`,
    check: async (make: MakeEngine) => {
      const { status, world } = await runOne(make, { faults: { "stock/run": [fault] } });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
      const keys = new Set(world.attempts.filter((_attempt, index) => world.calls[index] === "stock/run").map(({ key }) => key));
      expectSame(keys.size, 1, "keys of the step");
    },
  })),
  {
    name: "repeats a rollback until it is done",
    check: async (make) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["reply-lost", "unavailable"] } as const;
      const { status, world } = await runOne(make, { faults });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "repeats a step after the pivot until it is done",
    check: async (make) => {
      const { status, world } = await runOne(make, {
        faults: { "mail/run": ["unavailable", "request-lost", "unavailable"] },
        policy: { attemptsMax: 2 },
      });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "probes an unkeyed participant before it sends again, where the step has a probe",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, probes: true }));
      const { status, world } = await runOne(make, { steps, faults: { "order/run": ["reply-lost"] } });
      expectSame(status, "completed", "status");
      expectSame(world.calls.slice(0, 3), ["order/run", "order/probe", "stock/run"], "calls");
    },
  },
  {
    name: "lists the orphan of a pivot that is declared harmless",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, orphanIsHarmless: step.kind === "pivot" }));
      const { saga, status } = await runOne(make, { steps, faults: { "pay/run": ["reply-lost"] } });
      expectSame(status, "cancelled", "status");
      expectSame(saga.orphans, ["pay"], "orphans");
    },
  },
];
