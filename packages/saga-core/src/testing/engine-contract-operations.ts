import { OperationRefused } from "../ports/engine.ts";
import { choicesOf } from "../transition/choices.ts";
import { patienceEndsAt } from "../transition/limits.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectContains, expectSame } from "./contract.ts";
import { always, soonGivenUp } from "./engine-contract-intervention.ts";
import {
  allForward,
  contractSteps,
  type MakeEngine,
  PROMPT_MS,
  promptSteps,
  refusalOf,
  runOne,
  unkeyedSteps,
  untilWaiting,
} from "./engine-scene.ts";

/** A policy that waits for a busy participant. */
const patient = { deadlineMs: 3_000_000, giveUpMs: 3_000_000 };

/** What every engine must do with a human's answer and with a retry. */
export const operationsCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "goes on when a human resolves a call of an unkeyed participant as applied",
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
      const { engine, id, world, rest, pass } = await runOne(make, {
        steps: promptSteps,
        faults: { "stock/run": ["request-lost"] },
        policy: { deadlineMs: 600_000 },
      });
      await pass(PROMPT_MS);
      await engine.resolve(id, { step: "stock", applied: false });
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.calls, ["order/run", "stock/run", "stock/run", "pay/run", "mail/run"], "calls");
    },
  },
  {
    name: "refuses a resolution while the attempt may still arrive, one of another step, and a retry that could apply it twice",
    check: async (make) => {
      const { engine, id, saga, world } = await runOne(make, { steps: unkeyedSteps, faults: { "stock/run": ["reply-lost"] } });
      const early = await refusalOf(engine.resolve(id, { step: "stock", applied: false }));
      expectSame(early.refusal, "not-allowed", "refusal of an early answer");
      expectContains(early.message, "may still be on its way", "its reason");
      const found = await engine.get(id);
      const choice = found && choicesOf(found.controller, saga, saga.updatedAt).notApplied;
      const from = choice?.allowed === false ? choice.from : undefined;
      expectSame(from !== undefined, true, "the choice says when");
      expectSame(early instanceof OperationRefused && early.from, from, "when it is accepted");
      const other = await refusalOf(engine.resolve(id, { step: "pay", applied: true }));
      expectSame(other.refusal, "not-allowed", "another step");
      expectContains(other.message, "is the step stock, not pay", "its reason");
      const retry = await refusalOf(engine.retry(id));
      expectSame(retry.refusal, "not-allowed", "a retry");
      expectContains(retry.message, "its participant keeps no keys", "its reason");
      expectSame(world.calls, ["order/run", "stock/run"], "calls");
    },
  },
  {
    name: "refuses a resolution while the saga is running",
    check: async (make) => {
      const subject = await make({ faults: { "order/run": ["busy"] }, policy: patient });
      const id = await subject.start();
      await untilWaiting(subject, id);
      const running = await refusalOf(subject.engine.resolve(id, { step: "order", applied: true }));
      expectSame(running.refusal, "not-allowed", "refusal");
      expectContains(running.message, "the saga is running", "its reason");
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
  ...[true, false].map((applied) => ({
    name: `${applied ? "does not repeat" : "sends again"} a refused rollback that a human resolves as ${applied ? "" : "not "}applied`,
    check: async (make: MakeEngine) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
      const { engine, id, saga, rest, world } = await runOne(make, { steps: unkeyedSteps, faults });
      const { phase } = saga;
      expectSame(
        phase.name === "needs-intervention" && [phase.reason, phase.action, phase.step],
        ["refused", "rollback", "stock"],
        "reason",
      );
      await engine.resolve(id, { step: "stock", applied });
      expectSame(statusOf(await rest(id)), "cancelled", "status at the end");
      expectSame(world.calls.filter((call) => call === "stock/rollback").length, applied ? 1 : 2, "calls of the rollback");
      // The human's answer stands for the rollback that the participant refused.
      expectSame(world.standing, applied ? ["stock"] : [], "what stands");
    },
  })),
  {
    name: "makes the waiting call at once on a retry",
    check: async (make) => {
      const subject = await make({ faults: { "order/run": ["busy"] }, policy: patient });
      const { engine, start, rest, world, until } = subject;
      const id = await start();
      await until(() => world.calls.length === 1);
      await untilWaiting(subject, id);
      const { saga, eventSeq = 0 } = await engine.retry(id, { by: "ada" });
      expectSame(saga.seq > 1, true, "the retry is recorded");
      const [written] = (await engine.history(id, { after: eventSeq - 1, limit: 1 })) ?? [];
      expectSame(written?.seq, eventSeq, "the number of the event that was written");
      expectSame(written?.event.type, "retry-requested", "the event that was written");
      await until(() => world.effects.length > 0);
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame(world.calls, ["order/run", ...allForward], "calls");
    },
  },
  {
    name: "repeats a keyed call that was given up on a retry, until patience ends again",
    check: async (make) => {
      const { engine, id, saga, rest, world } = await runOne(make, {
        faults: { "order/run": always("request-lost") },
        policy: soonGivenUp,
      });
      expectSame(saga.phase.name === "needs-intervention" && saga.phase.reason, "gave-up", "reason before the retry");
      const callsBefore = world.calls.length;
      await engine.retry(id);
      const again = await rest(id);
      expectSame(again.phase.name === "needs-intervention" && again.phase.reason, "gave-up", "reason after the retry");
      expectSame(world.calls.length > callsBefore, true, "the call was made again");
      expectSame(
        again.updatedAt >= patienceEndsAt(again) && again.patienceFrom !== undefined,
        true,
        "its new patience has ended",
      );
    },
  },
  {
    name: "refuses a retry if the participant may have forgotten the key",
    check: async (make) => {
      const steps = contractSteps.map((step) => ({ ...step, keyRetentionMs: 62_000, arrivesWithinMs: 60_000 }));
      const { engine, id, saga } = await runOne(make, {
        steps,
        faults: { "order/run": always("request-lost") },
        policy: { backoffMsBase: 100, backoffMsMax: 100 },
      });
      expectSame(saga.phase.name === "needs-intervention" && saga.phase.reason, "gave-up", "reason");
      expectContains((await refusalOf(engine.retry(id))).message, "may have forgotten the key", "refusal of a retry");
    },
  },
  {
    name: "refuses a retry after a participant said that the key was misused",
    check: async (make) => {
      const { engine, id, status } = await runOne(make, { faults: { "order/run": ["defect"] } });
      expectSame(status, "needs_intervention", "status");
      expectSame((await refusalOf(engine.retry(id))).refusal, "not-allowed", "a retry");
    },
  },
];
