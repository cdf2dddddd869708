import type { ParticipantState } from "../ports/engine.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import { contractSteps, type EngineScene, type EngineSubject, type MakeEngine, runOne, unkeyedSteps } from "./engine-scene.ts";
import { eventsOf } from "./read-all.ts";
import type { Fault, Sickness } from "./scripted-world.ts";

const SICK_SAGAS = 20;

/** A saga in doubt gives up soon, so that a simulated clock comes to its end. */
const policy = { deadlineMs: 15_000, giveUpMs: 20_000 };

const circuitOf = ({ engine }: EngineSubject): ParticipantState["circuit"] | undefined =>
  engine.participants().find(({ participant }) => participant === "pay")?.circuit;

const startMany = ({ start }: EngineSubject, count: number) => Promise.all(Array.from({ length: count }, () => start()));

/** Twenty sagas and nothing else, each of which has failed at its payment; further sagas do not. */
async function sicken(make: MakeEngine, fault: Fault, scene: Partial<EngineScene> = {}) {
  const subject = await make({ policy, ...scene });
  const sickness: Sickness = subject.world.sicken("pay/run", fault);
  const sick = await startMany(subject, SICK_SAGAS);
  await subject.until(() => sickness.sagas() === SICK_SAGAS);
  await subject.until(() => circuitOf(subject) !== "closed");
  sickness.contain();
  return { subject, sick, sickness };
}

/** How often these sagas have called their payment. */
function callsOf({ world }: EngineSubject, sagaIds: readonly string[]): number {
  const keys = new Set(sagaIds.map((id) => `${id}/pay/run`));
  return world.arrivedAttempts.filter(({ key }) => keys.has(key)).length;
}

const faults = [
  ["throttled", "an answer that it did not make the call"],
  ["failed", "an answer that it does not know"],
  ["unavailable", "no answer"],
] as const;

const participants = [
  ["a keyed", contractSteps],
  ["an unkeyed", unkeyedSteps],
] as const;

/** One saga's trouble is not the death of a participant. */
export const circuitCases: readonly ContractCase<MakeEngine>[] = [
  ...participants.flatMap(([keeping, steps]) =>
    faults.map(([fault, what]) => ({
      name: `does not hold back the first attempt of a saga after twenty others failed at ${keeping} participant with ${what}`,
      check: async (make: MakeEngine) => {
        const { subject } = await sicken(make, fault, { steps });
        const id = await subject.start();
        const saga = await subject.rest(id);
        expectSame(statusOf(saga), "completed", "status");
        const attempts = saga.steps.map((progress) => progress.attempts);
        expectSame(attempts, [1, 1, 1, 1], "attempts");
        const events = (await eventsOf(subject.engine, id)).map(({ type }) => type);
        expectSame(events.includes("parked"), false, "whether it waited");
      },
    })),
  ),
  ...(
    [
      ["throttled", "an answer", 12],
      ["unavailable", "silence", 8],
    ] as const
  ).map(([fault, failure, atOnce]) => ({
    name: `lets ${atOnce} of twelve sagas make their first attempt at once after ${failure}, and one of those that failed try`,
    check: async (make: MakeEngine) => {
      const { subject, sick } = await sicken(make, fault);
      const triedBefore = callsOf(subject, sick);
      const release = subject.world.hold("pay/run");
      const fresh = await startMany(subject, 12);
      await subject.until(() => callsOf(subject, fresh) >= atOnce);
      for (let turn = 0; turn < 7; turn += 1) await subject.pass(300);
      expectSame([callsOf(subject, fresh), callsOf(subject, sick) - triedBefore], [atOnce, 1], "first attempts, and trials");
      release();
      for (const id of fresh) expectSame(statusOf(await subject.rest(id)), "completed", "status");
    },
  })),
  {
    name: "does not hold back a lone saga, however often it fails",
    check: async (make) => {
      const { engine, id, status } = await runOne(make, { faults: { "pay/run": Array<Fault>(7).fill("throttled") } });
      expectSame(status, "completed", "status");
      const events = (await eventsOf(engine, id)).map(({ type }) => type);
      expectSame(events.includes("parked"), false, "whether it waited");
    },
  },
  {
    name: "holds back the sagas that failed, and all complete when their participant gives clear answers",
    check: async (make) => {
      const { subject, sick, sickness } = await sicken(make, "throttled");
      sickness.heal();
      for (const id of sick) expectSame(statusOf(await subject.rest(id)), "completed", "status");
      const histories = await Promise.all(sick.map((id) => eventsOf(subject.engine, id)));
      const parked = histories.filter((history) => history.some(({ type }) => type === "parked"));
      expectSame(parked.length > 0, true, "whether any was held back");
    },
  },
  {
    name: "leaves no circuit open after an operator's retry of a saga that is healthy again",
    check: async (make) => {
      const { subject, sick, sickness } = await sicken(make, "throttled", {
        policy: { ...policy, deadlineMs: 600_000, giveUpMs: 600_000 },
      });
      sickness.heal();
      const [id = ""] = sick.slice(-1);
      await subject.engine.retry(id);
      expectSame(statusOf(await subject.rest(id)), "completed", "status");
      await subject.until(() => circuitOf(subject) === "closed");
    },
  },
];
