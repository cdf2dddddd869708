import type { SagaEvent } from "../transition/event.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import {
  allForward,
  contractSteps,
  type EngineSubject,
  type MakeEngine,
  refusalOf,
  unkeyedSteps,
  untilFound,
} from "./engine-scene.ts";
import { eventsOf } from "./read-all.ts";
import type { StepScript } from "./scripted-saga.ts";

const times = { callTimeoutMs: 40, arrivesWithinMs: 50 };
const patient = { deadlineMs: 600_000 };
const slowly = (steps: readonly StepScript[]) => steps.map((step) => ({ ...step, ...times }));

/** Starts a saga whose call of `stock` does not return until it is released. */
async function startHeld({ world, start, until }: EngineSubject) {
  const release = world.hold("stock/run");
  const id = await start();
  await until(() => world.arrived.includes("stock/run"));
  return { id, release };
}

/** Lets the deadline of the call pass, and far more time than until it would be repeated. */
async function passDeadline({ engine, until, pass }: EngineSubject, id: string): Promise<void> {
  await pass(times.callTimeoutMs);
  await untilFound({ engine, until }, id, ({ saga }) => saga.steps[1]?.inDoubtSince !== undefined);
  for (let turn = 0; turn < 4; turn += 1) await pass(100);
}

const sentTo = ({ world }: EngineSubject, call: string) => world.arrived.filter((each) => each === call).length;
const inFlightAt = ({ engine }: EngineSubject, name: string) =>
  engine.participants().find(({ participant }) => participant === name)?.callsInFlight;

function outcomesOf(history: readonly SagaEvent[], name: string): readonly string[] {
  return history.flatMap((event) => (event.type === "answered" && event.step === name ? [event.outcome.outcome] : []));
}

/** What every engine must do with a call whose handler has not returned by the call's deadline (rule 9). */
export const deadlinesCases: readonly ContractCase<MakeEngine>[] = [
  {
    name: "ends a call at its deadline as unknown, does not repeat it until it has returned, and ignores what it returns",
    check: async (make) => {
      const subject = await make({ steps: slowly(contractSteps), policy: patient });
      const { engine, world, rest } = subject;
      const { id, release } = await startHeld(subject);
      const signal = world.arrivedAttempts[1]?.signal;
      expectSame(signal?.aborted, false, "the signal before the deadline");
      await passDeadline(subject, id);
      expectSame(signal?.reason instanceof DOMException && signal.reason.name, "TimeoutError", "the signal after it");
      expectSame(sentTo(subject, "stock/run"), 1, "attempts before the first has returned");
      release();
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame(sentTo(subject, "stock/run"), 2, "attempts");
      expectSame(world.effects, allForward, "effects");
      expectSame(outcomesOf(await eventsOf(engine, id), "stock"), ["unknown", "done"], "outcomes");
    },
  },
  {
    name: "turns back at the deadline of the saga, and gives up, although a keyed call never returns",
    check: async (make) => {
      const subject = await make({ steps: slowly(contractSteps), policy: { deadlineMs: 200, giveUpMs: 600 } });
      const { id } = await startHeld(subject);
      const { phase } = await subject.rest(id);
      expectSame(phase.name === "needs-intervention" && phase.reason, "gave-up", "why it needs a human");
      const during = phase.name === "needs-intervention" ? phase.during : phase;
      expectSame(during.name === "settling" && during.turn.cause, "deadline", "why it turned back");
      expectSame(sentTo(subject, "stock/run"), 1, "attempts");
    },
  },
  {
    name: "keeps the place of an unkeyed call, and refuses that it was not applied, until it has returned",
    check: async (make) => {
      const faults = { "stock/run": ["request-lost"] } as const;
      const subject = await make({ steps: slowly(unkeyedSteps), faults, policy: patient });
      const { engine, rest, until, pass } = subject;
      const { id, release } = await startHeld(subject);
      expectSame(statusOf(await rest(id)), "needs_intervention", "status at the deadline");
      await pass(times.arrivesWithinMs);
      const notApplied = { step: "stock", applied: false };
      const refused = await refusalOf(engine.resolve(id, notApplied));
      expectSame(refused.refusal, "not-allowed", "the refusal");
      expectSame(refused.message.includes("has not returned"), true, "its reason");
      expectSame(inFlightAt(subject, "stock"), 1, "calls in flight");
      release();
      await until(() => inFlightAt(subject, "stock") === 0);
      await engine.resolve(id, notApplied);
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame(sentTo(subject, "stock/run"), 2, "attempts");
    },
  },
  {
    name: "accepts that an unkeyed call was applied although it has not returned",
    check: async (make) => {
      const subject = await make({ steps: slowly(unkeyedSteps), policy: patient });
      const { engine, rest } = subject;
      const { id } = await startHeld(subject);
      expectSame(statusOf(await rest(id)), "needs_intervention", "status at the deadline");
      await engine.resolve(id, { step: "stock", applied: true });
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame(sentTo(subject, "stock/run"), 1, "attempts");
    },
  },
  {
    name: "does not rely on a probe that finds nothing while the call that it looks up has not returned",
    check: async (make) => {
      const probing = slowly(unkeyedSteps).map((step) => ({ ...step, probes: true }));
      const subject = await make({ steps: probing, policy: patient });
      const { world, rest } = subject;
      const { id, release } = await startHeld(subject);
      await passDeadline(subject, id);
      expectSame(world.calls.includes("stock/probe"), true, "whether it was probed");
      expectSame(sentTo(subject, "stock/run"), 1, "attempts before the first has returned");
      release();
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "stops although a call never returns, and cuts it",
    check: async (make) => {
      const subject = await make({ steps: unkeyedSteps, policy: patient });
      const { engine, until, pass } = subject;
      await startHeld(subject);
      let callsCut: number | undefined;
      const drained = engine.drain(0).then((left) => {
        callsCut = left.callsCut;
      });
      await pass(1);
      await until(() => callsCut !== undefined);
      await drained;
      expectSame(callsCut, 1, "calls that were cut");
    },
  },
  {
    name: "begins no call that cannot end before it stops",
    check: async (make) => {
      const subject = await make({ steps: contractSteps, policy: patient });
      const { engine, world } = subject;
      const { release } = await startHeld(subject);
      // A call may take 30 s.
      const drained = engine.drain(10_000);
      release();
      expectSame((await drained).callsCut, 0, "calls that were cut");
      expectSame(world.arrived, ["order/run", "stock/run"], "calls");
    },
  },
];
