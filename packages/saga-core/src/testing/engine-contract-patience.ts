import { deadlineAt } from "../transition/limits.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { allForward, type MakeEngine, runOne } from "./engine-scene.ts";
import { eventsOf } from "./read-all.ts";

/** The participant is busy beyond the deadline, and for no longer than a real clock can wait. */
const hasty = { deadlineMs: 2_000, retryAfterMsMax: 2_500 };

/** How every engine keeps to a policy: attempts, Retry-After and the deadline. */
export const patienceCases: readonly ContractCase<MakeEngine>[] = [
  ...(["stock", "pay"] as const).map((step) => ({
    name: `undoes the done steps when ${step} is unavailable at every attempt, and sends nothing after it`,
    check: async (make: MakeEngine) => {
      const { status, world, saga } = await runOne(make, {
        faults: { [`${step}/run`]: ["unavailable", "unavailable", "unavailable", "unavailable"] },
        policy: { attemptsMax: 3 },
      });
      const doneBefore = step === "pay" ? ["order", "stock"] : ["order"];
      const runs = doneBefore.map((each) => `${each}/run`);
      const rollbacks = doneBefore.map((each) => `${each}/rollback`).reverse();
      expectSame(status, "cancelled", "status");
      const { turn } = saga.phase.name === "cancelled" ? saga.phase : { turn: undefined };
      expectSame([turn?.cause, turn?.step], ["unavailable", step], "cause and step of the turn");
      const progress = saga.steps.find((each) => each.step === step);
      expectSame([progress?.status, progress?.attempts], ["skipped", 3], "the step");
      expectSame(world.effects, [...runs, ...rollbacks], "effects");
      expectSame(world.calls, [...runs, ...Array<string>(3).fill(`${step}/run`), ...rollbacks], "calls");
    },
  })),
  {
    name: "waits for a participant's Retry-After",
    check: async (make) => {
      const retryAfterMsMax = 1_000;
      const { engine, id, status } = await runOne(make, { faults: { "order/run": ["busy"] }, policy: { retryAfterMsMax } });
      expectSame(status, "completed", "status");
      const answers = (await eventsOf(engine, id)).filter((event) => event.type === "answered" && event.step === "order");
      const [first, second] = answers.map(({ at }) => at);
      if (first === undefined || second === undefined) throw new Error("The call was not repeated.");
      expectSame(second - first >= retryAfterMsMax, true, "it waited");
    },
  },
  {
    name: "turns back at once if a participant's Retry-After is beyond the deadline",
    check: async (make) => {
      const { saga } = await runOne(make, { faults: { "pay/run": ["busy"] }, policy: { deadlineMs: 15_000 } });
      expectSame(saga.phase.name === "cancelled" && saga.phase.turn.cause, "unavailable", "cause");
      expectSame(saga.updatedAt < deadlineAt(saga), true, "it ended before its deadline");
    },
  },
  {
    name: "settles the call under way at the deadline before anything is undone, and skips the next step",
    check: async (make) => {
      const { saga, world } = await runOne(make, { faults: { "order/run": ["reply-lost", "busy"] }, policy: hasty });
      const { turn } = saga.phase.name === "cancelled" ? saga.phase : { turn: undefined };
      expectSame([turn?.cause, turn?.step], ["deadline", "order"], "cause and step of the turn");
      expectSame(
        saga.steps.map(({ status }) => status),
        ["undone", "skipped", "pending", "pending"],
        "steps",
      );
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
    },
  },
  {
    name: "goes forward to its end when the pivot proves done after the deadline",
    check: async (make) => {
      const { saga, status, world } = await runOne(make, { faults: { "pay/run": ["reply-lost", "busy"] }, policy: hasty });
      expectSame(saga.updatedAt >= deadlineAt(saga), true, "it ended after its deadline");
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "repeats a step after the pivot beyond the deadline and the maximum of attempts, until it is done",
    check: async (make) => {
      const { saga, status, world } = await runOne(make, {
        faults: { "mail/run": ["unavailable", "request-lost", "unavailable", "busy", "unavailable", "reply-lost"] },
        policy: { ...hasty, attemptsMax: 2 },
      });
      expectSame(saga.updatedAt >= deadlineAt(saga), true, "it ended after its deadline");
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
];
