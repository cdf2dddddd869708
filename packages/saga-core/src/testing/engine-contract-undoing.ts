import { lastingOf } from "../transition/lasting.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { contractSteps, type MakeEngine, runOne } from "./engine-scene.ts";
import { ScriptedController, type StepScript } from "./scripted-saga.ts";
import { ScriptedWorld } from "./scripted-world.ts";

const told = { cause: "rejected", step: "pay", reason: "scripted: refused" };

/** The usual chain, with another second step. */
function withStock(stock: Partial<StepScript>): readonly StepScript[] {
  return contractSteps.map((step) => (step.step === "stock" ? { ...step, ...stock } : step));
}

/** What every engine must do with rollbacks, and with steps that have none. */
export const undoingCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "tells every attempt at a rollback the same cause, step and reason, and a run nothing",
    check: async (make) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["reply-lost"] } as const;
      const { world, status } = await runOne(make, { faults });
      expectSame(status, "cancelled", "status");
      const rollbacks = world.attempts.filter((_attempt, index) => world.calls[index]?.endsWith("/rollback"));
      expectSame(rollbacks.length, 3, "rollbacks");
      for (const attempt of rollbacks) expectSame("turn" in attempt && attempt.turn, told, "turn of a rollback");
      const runs = world.attempts.filter((_attempt, index) => world.calls[index]?.endsWith("/run"));
      expectSame(runs.filter((attempt) => "turn" in attempt).length, 0, "runs with a turn");
    },
  },
  {
    name: "does not undo a lasting step, and lists it in the cancelled saga",
    check: async (make) => {
      const steps = withStock({ kind: "lasting" });
      const { world, saga, status } = await runOne(make, { steps, faults: { "pay/run": ["rejected"] } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, ["order/run", "stock/run", "order/rollback"], "effects");
      const lasting = lastingOf(new ScriptedController(steps, new ScriptedWorld()), saga);
      expectSame(lasting, [{ step: "stock", applied: "yes" }], "lasting effects");
    },
  },
  {
    name: "undoes the earlier steps after a refused rollback that lets them go on, and then needs a human",
    check: async (make) => {
      const steps = withStock({ refusedRollback: "go-on" });
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
      const { world, saga, status, engine, id, rest } = await runOne(make, { steps, faults });
      expectSame(status, "needs_intervention", "status");
      expectSame(saga.phase.name === "needs-intervention" && saga.phase.step, "stock", "the step in question");
      expectSame(world.effects, ["order/run", "stock/run", "order/rollback"], "effects");
      await engine.resolve(id, { step: "stock", applied: true, result: {} });
      expectSame(statusOf(await rest(id)), "cancelled", "status when it was undone by hand");
    },
  },
  {
    name: "tries a step as often as its own patience says",
    check: async (make) => {
      const steps = withStock({ patience: { attemptsMax: 1 } });
      const { world, saga } = await runOne(make, { steps, faults: { "stock/run": ["unavailable"] } });
      expectSame(saga.phase.name === "cancelled" && saga.phase.turn.cause, "unavailable", "cause");
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
    },
  },
];
