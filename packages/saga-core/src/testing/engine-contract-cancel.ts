import type { FoundSaga } from "../ports/engine.ts";
import { choicesOf } from "../transition/choices.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectContains, expectSame } from "./contract.ts";
import {
  allForward,
  allUndone,
  type MakeEngine,
  NOBODY,
  refusalOf,
  runOne,
  unkeyedSteps,
  untilFound,
  untilWaiting,
} from "./engine-scene.ts";

/** A deadline that is longer than the Retry-After of a busy participant. */
const patient = { deadlineMs: 600_000 };

/** What every engine must do with a cancel. */
export const cancelCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "undoes a cancelled saga after the call that is under way",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({ policy: patient });
      const release = world.hold("stock/run");
      const id = await start();
      await until(() => world.arrived.includes("stock/run"));
      const { saga } = await engine.cancel(id, { by: "ada", note: "wrong order" });
      expectSame(saga.phase.name, "settling", "phase after the cancel");
      expectSame(world.arrivedAttempts[1]?.signal.aborted, false, "whether its call was aborted");
      release();
      const ended = await rest(id);
      expectSame(ended.phase.name === "cancelled" && ended.phase.turn.cause, "cancelled", "cause");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "undoes a cancelled saga that waits for its next call, and sends no further run",
    check: async (make) => {
      const subject = await make({ faults: { "stock/run": ["busy"] }, policy: patient });
      const { engine, start, rest, world } = subject;
      const id = await start();
      await untilWaiting(subject, id);
      const { eventSeq = 0 } = await engine.cancel(id, { by: "ada", note: "wrong size" });
      const [written] = (await engine.history(id, { after: eventSeq - 1, limit: 1 })) ?? [];
      expectSame(written?.event.type, "cancel-requested", "the event whose number the operator is told");
      const { phase } = await rest(id);
      const { turn } = phase.name === "cancelled" ? phase : { turn: undefined };
      expectSame([turn?.cause, turn?.reason], ["cancelled", "it was cancelled by ada: wrong size"], "turn");
      expectSame(world.calls, ["order/run", "stock/run", "order/rollback"], "calls");
      expectSame(world.standing, [], "what stands");
    },
  },
  {
    name: "undoes a cancelled saga without a pivot, even if its last step was done meanwhile",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({
        steps: [{ step: "order", kind: "compensatable" }],
        faults: { "order/run": ["reply-lost"] },
        policy: patient,
      });
      const release = world.hold("order/run");
      const id = await start();
      await until(() => world.arrived.includes("order/run"));
      await engine.cancel(id);
      release();
      expectSame(statusOf(await rest(id)), "cancelled", "status");
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
    },
  },
  {
    name: "refuses to cancel once the pivot may have been sent, once the saga has ended, and where there is none",
    check: async (make) => {
      const subject = await make({
        faults: { "pay/run": ["reply-lost", "busy"] },
        policy: { ...patient, retryAfterMsMax: 3_000 },
      });
      const { engine, start, rest, world, until } = subject;
      const release = world.hold("pay/run");
      const id = await start();
      await until(() => world.arrived.includes("pay/run"));
      const isPivotSent = ({ controller, saga }: FoundSaga) => !choicesOf(controller, saga, saga.updatedAt).cancel.allowed;
      await untilFound({ engine, until }, id, isPivotSent);
      expectSame((await refusalOf(engine.cancel(id))).refusal, "not-allowed", "while the pivot is under way");
      release();
      await untilWaiting(subject, id);
      const unknown = await refusalOf(engine.cancel(id));
      expectSame(unknown.refusal, "not-allowed", "while the pivot's outcome is unknown");
      expectContains(unknown.message, "its pivot may have been sent", "its reason");
      expectSame(statusOf(await rest(id)), "completed", "status");
      const ended = await refusalOf(engine.cancel(id));
      expectSame(ended.refusal, "not-allowed", "after its end");
      expectContains(ended.message, "the saga has ended: it is completed", "its reason");
      expectSame((await refusalOf(engine.cancel(NOBODY))).refusal, "not-found", "of nobody");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "keeps a cancel in force for a saga that needs a human, and undoes it after the human's answer",
    check: async (make) => {
      const { engine, id, status, rest, world } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "order/run": ["reply-lost"] },
      });
      expectSame(status, "needs_intervention", "status before the cancel");
      await engine.cancel(id);
      expectSame(statusOf(await rest(id)), "needs_intervention", "status after the cancel");
      await engine.resolve(id, { step: "order", applied: true });
      expectSame(statusOf(await rest(id)), "cancelled", "status at the end");
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
    },
  },
];
