import { type FoundSaga, OperationRefused } from "../ports/engine.ts";
import { choicesOf } from "../transition/choices.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { allForward, allUndone, type MakeEngine, refusalOf, runOne, unkeyedSteps, untilFound } from "./engine-scene.ts";

/** What every engine must do with what people request. */
export const operationsCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "needs a human when an unkeyed participant gives no answer, and goes on when the human resolves it as applied",
    check: async (make) => {
      const { engine, id, status, world, rest } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "stock/run": ["reply-lost"] },
      });
      expectSame(status, "needs_intervention", "status");
      expectSame(world.calls, ["order/run", "stock/run"], "calls");
      await engine.resolve(id, { step: "stock", applied: true, by: "ada" });
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "sends a call again when a human resolves it as not applied",
    check: async (make) => {
      const { engine, id, world, rest } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "stock/run": ["request-lost"] },
        policy: { deadlineMs: 600_000 },
      });
      await engine.resolve(id, { step: "stock", applied: false });
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.calls, ["order/run", "stock/run", "stock/run", "pay/run", "mail/run"], "calls");
    },
  },
  {
    name: "refuses a resolution while the attempt may still arrive, one of another step, and a retry that could apply it twice",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, arrivesWithinMs: 600_000 }));
      const { engine, id, world } = await runOne(make, { steps, faults: { "stock/run": ["reply-lost"] } });
      const early = await refusalOf(engine.resolve(id, { step: "stock", applied: false }));
      expectSame(early.refusal, "not-allowed", "refusal of an early answer");
      expectSame(early instanceof OperationRefused && early.from !== undefined, true, "it says when");
      expectSame((await refusalOf(engine.resolve(id, { step: "pay", applied: true }))).refusal, "not-allowed", "another step");
      expectSame((await refusalOf(engine.retry(id))).refusal, "not-allowed", "a retry");
      expectSame(world.calls, ["order/run", "stock/run"], "calls");
    },
  },
  {
    name: "accepts one of two resolutions that come at once",
    check: async (make) => {
      const { engine, id, rest, world } = await runOne(make, { steps: unkeyedSteps, faults: { "order/run": ["reply-lost"] } });
      const answers = await Promise.allSettled([1, 2].map(() => engine.resolve(id, { step: "order", applied: true })));
      expectSame(answers.filter(({ status }) => status === "fulfilled").length, 1, "answers taken");
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "needs a human when a participant reports a misused key",
    check: async (make) => {
      const { engine, id, status } = await runOne(make, { faults: { "order/run": ["defect"] } });
      expectSame(status, "needs_intervention", "status");
      expectSame((await refusalOf(engine.retry(id))).refusal, "not-allowed", "a retry");
    },
  },
  {
    name: "needs a human when a rollback is refused, and sends it again when the human resolves it as not applied",
    check: async (make) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
      const { engine, id, status, rest, world } = await runOne(make, { steps: unkeyedSteps, faults });
      expectSame(status, "needs_intervention", "status");
      await engine.resolve(id, { step: "stock", applied: false });
      expectSame(statusOf(await rest(id)), "cancelled", "status at the end");
      expectSame(world.standing, [], "what stands");
    },
  },
  {
    name: "undoes a cancelled saga after the call that is under way",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({ policy: { deadlineMs: 600_000 } });
      const release = world.hold("stock/run");
      const id = await start();
      await until(() => world.arrived.includes("stock/run"));
      const { saga } = await engine.cancel(id, { by: "ada", note: "wrong order" });
      expectSame(saga.phase.name, "settling", "phase after the cancel");
      release();
      const ended = await rest(id);
      expectSame(ended.phase.name === "cancelled" && ended.phase.turn.cause, "cancelled", "cause");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "refuses to cancel once the pivot may have been sent, once the saga has ended, and where there is none",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({ policy: { deadlineMs: 600_000 } });
      const release = world.hold("pay/run");
      const id = await start();
      await until(() => world.arrived.includes("pay/run"));
      const isPivotSent = ({ controller, saga }: FoundSaga) => !choicesOf(controller, saga, saga.updatedAt).cancel.allowed;
      await untilFound({ engine, until }, id, isPivotSent);
      expectSame((await refusalOf(engine.cancel(id))).refusal, "not-allowed", "while the pivot is under way");
      release();
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame((await refusalOf(engine.cancel(id))).refusal, "not-allowed", "after its end");
      const nobody = "00000000-0000-7000-8000-000000000000";
      expectSame((await refusalOf(engine.cancel(nobody))).refusal, "not-found", "of nobody");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "makes the waiting call at once on a retry",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({
        faults: { "order/run": ["busy"] },
        policy: { deadlineMs: 3_000_000, giveUpMs: 3_000_000 },
      });
      const id = await start();
      await until(() => world.calls.length === 1);
      await untilFound({ engine, until }, id, ({ saga }) => saga.steps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined));
      const { saga } = await engine.retry(id);
      expectSame(saga.seq > 1, true, "the retry is recorded");
      await until(() => world.effects.length > 0);
      expectSame(statusOf(await rest(id)), "completed", "status");
    },
  },
];
