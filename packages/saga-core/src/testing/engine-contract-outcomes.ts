import { rolledBack, statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { allForward, allUndone, type MakeEngine, runOne, unkeyedSteps } from "./engine-scene.ts";
import type { Fault } from "./scripted-world.ts";

/** What happens to the first calls of a step before its outcome is known. */
const lossy: readonly (readonly Fault[])[] = [
  ["reply-lost"],
  ["request-lost"],
  ["thrown"],
  ["reply-lost", "request-lost", "unavailable"],
];

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
      expectSame(rolledBack(saga), ["stock", "order"], "undone steps");
      expectSame(world.effects, allUndone, "effects");
      expectSame(saga.phase.name === "cancelled" && saga.phase.turn.cause, "rejected", "cause");
    },
  },
  {
    name: "undoes nothing when the first step is refused",
    check: async (make) => {
      const { status, world } = await runOne(make, { faults: { "order/run": ["rejected"] } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, [], "effects");
    },
  },
  {
    name: "repeats a step that was unavailable",
    check: async (make) => {
      const { status, saga, world } = await runOne(make, { faults: { "stock/run": ["unavailable", "unavailable"] } });
      expectSame(status, "completed", "status");
      expectSame(saga.steps[1]?.attempts, 3, "attempts");
      expectSame(world.calls.filter((call) => call === "stock/run").length, 3, "calls of the step");
    },
  },
  ...lossy.map((faults) => ({
    name: `settles an unknown outcome with the same key after ${faults.join(", ")}`,
    check: async (make: MakeEngine) => {
      const { status, world } = await runOne(make, { faults: { "stock/run": faults } });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
      const attempts = world.attempts.filter((_attempt, index) => world.calls[index] === "stock/run");
      expectSame(attempts.length, faults.length + 1, "calls of the step");
      expectSame(new Set(attempts.map(({ key }) => key)).size, 1, "keys of the step");
    },
  })),
  {
    name: "does not read unavailable as the answer to an earlier unknown",
    check: async (make) => {
      const { status, world } = await runOne(make, {
        policy: { attemptsMax: 2 },
        faults: { "pay/run": ["reply-lost", "unavailable", "unavailable", "unavailable"] },
      });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "repeats a rollback until it is done",
    check: async (make) => {
      const { status, world } = await runOne(make, {
        faults: {
          "pay/run": ["rejected"],
          "stock/rollback": ["unavailable", "reply-lost", "unavailable", "thrown", "request-lost"],
        },
      });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "repeats an unkeyed rollback that is declared repeatable",
    check: async (make) => {
      const { status, world } = await runOne(make, {
        steps: unkeyedSteps.map((step) => ({ ...step, rollbackIsRepeatable: step.kind === "compensatable" })),
        faults: { "pay/run": ["rejected"], "stock/rollback": ["request-lost", "thrown"] },
      });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "probes an unkeyed participant before it sends again, where the step has a probe",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, probes: true }));
      const { status, world } = await runOne(make, { steps, faults: { "order/run": ["reply-lost"] } });
      expectSame(status, "completed", "status");
      expectSame(world.calls, ["order/run", "order/probe", "stock/run", "pay/run", "mail/run"], "calls");
    },
  },
  {
    name: "probes until the attempt can no longer arrive, and then sends the call again",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, probes: true, callTimeoutMs: 1_000, arrivesWithinMs: 2_000 }));
      const { status, world } = await runOne(make, { steps, faults: { "order/run": ["request-lost"] } });
      expectSame(status, "completed", "status");
      expectSame(world.calls.slice(0, 5), ["order/run", "order/probe", "order/probe", "order/run", "stock/run"], "calls");
    },
  },
  {
    name: "repeats no rollback in doubt by an id that another saga was given meanwhile, and names that saga",
    check: async (make) => {
      const [order, pay] = unkeyedSteps.filter(({ step }) => step === "order" || step === "pay");
      if (!order || !pay) throw new Error("There are no such steps.");
      const steps = [{ ...order, rollbackIsRepeatable: true, rollbackId: "order_id" }, pay];
      const faults = { "pay/run": ["rejected"], "order/rollback": ["reply-lost"] } as const;
      const patient = { backoffMsBase: 3_600_000, backoffMsMax: 3_600_000 };
      const { engine, start, rest, until, world } = await make({ steps, faults, policy: patient });
      const id = await start();
      await until(() => world.calls.includes("order/rollback"));
      const other = await start();
      expectSame(statusOf(await rest(other)), "completed", "the other saga");
      // A clock that moves while a test waits has repeated it already.
      const found = await engine.get(id);
      if (found && statusOf(found.saga) === "running") await engine.retry(id);
      const { phase } = await rest(id);
      const { reason, holder } = phase.name === "needs-intervention" ? phase : {};
      expectSame([reason, holder], ["id-reused", other], "why it needs a human");
      expectSame(world.calls.filter((call) => call === "order/rollback").length, 1, "rollbacks");
    },
  },
  {
    name: "lists the orphan of a pivot that is declared harmless",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, orphanIsHarmless: step.kind === "pivot" }));
      const { saga, status, world } = await runOne(make, { steps, faults: { "pay/run": ["reply-lost"] } });
      expectSame(status, "cancelled", "status");
      expectSame(saga.orphans, ["pay"], "orphans");
      expectSame(world.standing, ["pay"], "what stands");
    },
  },
];
