import { defaultGateLimits, type Policy, type Saga, stateOf, statusOf } from "saga-core";
import { isAtRest } from "saga-core/engine";
import {
  contractSteps,
  embeddedSubject,
  eventsOf,
  type Fault,
  promptSteps,
  ScriptedController,
  ScriptedWorld,
  type StepScript,
  unkeyedSteps,
} from "saga-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestateTestbed, restOf } from "./restate-testbed.ts";

/** The faults of the first, second, … call of each step in a run. */
type Faults = Readonly<Record<string, readonly Fault[]>>;

const allFaults: readonly Fault[] = ["busy", "rejected", "unavailable", "request-lost", "reply-lost", "defect", "thrown"];
const policy: Partial<Policy> = { attemptsMax: 3, backoffMsBase: 5, backoffMsMax: 20, retryAfterMsMax: 20, deadlineMs: 600_000 };
const AT_ONCE = 12;

/** One fault at each call and each rollback, and participants that stay away. */
const corpus: readonly Faults[] = [
  {},
  ...["order/run", "stock/run", "pay/run", "mail/run"].flatMap((call) => allFaults.map((fault) => ({ [call]: [fault] }))),
  ...["stock/rollback", "order/rollback"].flatMap((call) =>
    allFaults.map((fault): Faults => ({ "pay/run": ["rejected"], [call]: [fault] })),
  ),
  ...["order/run", "stock/run", "pay/run"].map((call) => ({ [call]: Array<Fault>(3).fill("unavailable") })),
  // A call in doubt stays in doubt after a later `unavailable` (rule 3).
  ...["order/run", "stock/run", "pay/run"].map(
    (call): Faults => ({ [call]: ["reply-lost", "unavailable", "unavailable", "unavailable"] }),
  ),
  ...["order/run", "stock/run"].map((call): Faults => ({ [call]: ["request-lost", "rejected"] })),
];

const chains: Readonly<Record<string, readonly StepScript[]>> = {
  "keyed participants": contractSteps,
  "unkeyed participants": unkeyedSteps,
  "unkeyed participants with a probe": promptSteps.map((step) => ({ ...step, probes: true })),
  "an unkeyed pivot whose orphan is harmless": unkeyedSteps.map((step) => ({ ...step, orphanIsHarmless: step.kind === "pivot" })),
  "a lasting step": contractSteps.map((step) => (step.step === "stock" ? { ...step, kind: "lasting" } : step)),
  "rollbacks whose refusal lets the earlier ones go on": contractSteps.map((step) => ({ ...step, refusedRollback: "go-on" })),
  "unkeyed rollbacks that may be repeated": unkeyedSteps.map((step) => ({ ...step, rollbackIsRepeatable: true })),
};

/** The end of a run, and its effects at the participants. */
function endOf(controller: ScriptedController, saga: Saga, world: ScriptedWorld) {
  const { phase } = saga;
  return {
    status: statusOf(saga),
    state: stateOf(controller, saga),
    cause: phase.name === "cancelled" ? phase.turn.cause : phase.name === "needs-intervention" ? phase.reason : undefined,
    steps: saga.steps.map(({ status }) => status),
    orphans: saga.orphans,
    ledger: world.effects,
    // The number of probes depends on the time that passes.
    calls: world.calls.filter((call) => !call.endsWith("/probe")),
  };
}

let testbed: RestateTestbed;
beforeAll(async () => {
  testbed = await RestateTestbed.start();
});
afterAll(async () => {
  await testbed.stop();
});

describe("the same faults", () => {
  it.for(Object.keys(chains))("end in the same states with the same ledgers on both engines: %s", async (name) => {
    const steps = chains[name] ?? [];
    const worlds = corpus.map((faults) => new ScriptedWorld(faults));
    const worldOf = (data: object) => ("run" in data ? worlds[Number(data.run)] : undefined) ?? new ScriptedWorld();
    const controller = new ScriptedController(steps, worldOf, policy);
    // All runs share their participants here: a dead participant of one run must not open a circuit for the others.
    const gateLimits = { ...defaultGateLimits, failuresMax: 1_000_000 };
    const { engine, defects } = await testbed.serve([controller], { gateLimits });
    const onRestate: unknown[] = [];
    const runs = [...worlds.entries()];
    const work = async (): Promise<void> => {
      for (let next = runs.shift(); next; next = runs.shift()) {
        const [run, world] = next;
        const { untilRest } = await engine.start({ definition: "scripted", input: { run }, isAwaited: true });
        const saga = await untilRest();
        expect(isAtRest(saga)).toBe(true);
        onRestate[run] = endOf(controller, saga, world);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const onEmbedded = await Promise.all(
      corpus.map(async (faults) => {
        const { start, rest, world } = await embeddedSubject({ steps, faults, policy });
        return endOf(new ScriptedController(steps, world, policy), await rest(await start()), world);
      }),
    );
    for (const [run, faults] of corpus.entries())
      expect({ faults, end: onRestate[run] }).toEqual({ faults, end: onEmbedded[run] });
    expect(defects).toEqual([]);
  });
});

describe("a long history", () => {
  it("is written in parts and read whole", async () => {
    const away = Array<Fault>(150).fill("unavailable");
    const world = new ScriptedWorld({ "mail/run": away });
    const gateLimits = { ...defaultGateLimits, failuresMax: 1_000_000 };
    const controller = new ScriptedController(contractSteps, world, { ...policy, backoffMsBase: 1, backoffMsMax: 1 });
    const { engine } = await testbed.serve([controller], { gateLimits });
    const { id, untilRest } = await engine.start({ definition: "scripted", input: {}, isAwaited: true });
    expect(statusOf(await untilRest())).toBe("completed");
    const history = await eventsOf(engine, id);
    const failed = history.reduce((sum, event) => sum + (event.type === "compacted" ? event.count : 0), 0);
    expect(history.filter(({ type }) => type === "answered").length + failed).toBe(4 + away.length);
    const page = await engine.history(id, { after: history.length });
    expect(page?.at(-1)?.seq).toBe((await restOf(engine, id)).seq);
  });
});
