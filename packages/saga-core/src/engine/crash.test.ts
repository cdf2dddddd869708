import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driveToRest } from "../testing/drive.ts";
import { StoppingJournal } from "../testing/faulty-journals.ts";
import { type AppendedRecord, MemoryJournal } from "../testing/memory-journal.ts";
import { ScriptedController, type StepScript } from "../testing/scripted-saga.ts";
import { type Fault, ScriptedWorld } from "../testing/scripted-world.ts";
import { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

/** A chain, what goes wrong with its calls, and after how many records of each life the process is killed. */
interface Scenario {
  readonly scripts: readonly StepScript[];
  readonly faults: Readonly<Record<string, readonly Fault[]>>;
  readonly crashes: readonly number[];
  readonly deadlineMs: number;
  readonly attemptsMax: number;
}

const lost = fc.constantFrom<Fault>("unavailable", "request-lost", "reply-lost", "thrown");
const lostOrRefused = fc.oneof({ weight: 4, arbitrary: lost }, { weight: 1, arbitrary: fc.constant<Fault>("rejected") });

function scriptsOf(keyed: fc.Arbitrary<boolean>): fc.Arbitrary<readonly StepScript[]> {
  const step = (name: string, kind: StepScript["kind"]) =>
    fc.record({ step: fc.constant(name), kind: fc.constant(kind), keyed, rollbackIsRepeatable: fc.boolean() });
  const numbered = (prefix: string, kind: StepScript["kind"], max: number) =>
    fc
      .integer({ min: 0, max })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => step(`${prefix}${index}`, kind))));
  const withPivot = fc.tuple(numbered("c", "compensatable", 3), step("pivot", "pivot"), numbered("r", "retriable", 2));
  const withoutPivot = fc.tuple(step("c", "compensatable"), numbered("c", "compensatable", 2));
  return fc.oneof({ weight: 3, arbitrary: withPivot }, { weight: 1, arbitrary: withoutPivot }).map((parts) => parts.flat());
}

function faultsOf(scripts: readonly StepScript[]) {
  const calls = scripts.flatMap(({ step, kind }) => [
    [`${step}/run`, fc.array(kind === "retriable" ? lost : lostOrRefused, { maxLength: 3 })] as const,
    [`${step}/rollback`, fc.array(lost, { maxLength: 3 })] as const,
  ]);
  return fc.record(Object.fromEntries(calls));
}

function scenarios(keyed: fc.Arbitrary<boolean>): fc.Arbitrary<Scenario> {
  return scriptsOf(keyed).chain((scripts) =>
    fc.record({
      scripts: fc.constant(scripts),
      faults: faultsOf(scripts),
      crashes: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 3 }),
      deadlineMs: fc.constantFrom(60, 400, 15_000),
      attemptsMax: fc.constantFrom(1, 3, 8),
    }),
  );
}

/** Runs the saga through its crashes, and then until it is at rest. The world keeps the effects that the orchestrator's crash forgets. */
async function liveThroughCrashes({ scripts, faults, crashes, deadlineMs, attemptsMax }: Scenario) {
  const world = new ScriptedWorld(faults);
  const controller = new ScriptedController(scripts, world, { deadlineMs, attemptsMax });
  let records: readonly AppendedRecord[] = [];
  let now = new SimulatedClock().now();
  let saga: Saga | undefined;
  for (const left of [...crashes, undefined]) {
    const life = left === undefined ? new MemoryJournal(records) : new StoppingJournal(records, left);
    const clock = new SimulatedClock(now);
    const engine = engineOn(controller, life, clock);
    if (records.length > 0) await engine.resume();
    else if (left !== undefined) await engine.start({ definition: "scripted", input: {} });
    saga = await driveToRest(engine, clock, "saga");
    records = life.durableRecords;
    now = clock.now() + 1;
  }
  return { world, saga };
}

function engineOn(controller: ScriptedController, journal: MemoryJournal, clock: SimulatedClock): EmbeddedEngine {
  return new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0.5,
    newId: () => "saga",
    sagasInFlightMax: 1,
    onDefect: (error) => {
      throw error;
    },
  });
}

type Ending = "completed" | "cancelled" | "needsHuman" | "neverStarted";

/** How a scenario ended, after checking that what stands in the world is what that end promises (rule 8). */
function checkEnd({ scripts }: Scenario, saga: Saga | undefined, world: ScriptedWorld): Ending {
  if (!saga) {
    expect(world.effects).toEqual([]);
    return "neverStarted";
  }
  switch (statusOf(saga)) {
    case "completed":
      expect(world.standing).toEqual(scripts.map(({ step }) => step));
      return "completed";
    case "cancelled":
      expect(world.standing).toEqual([]);
      return "cancelled";
    case "needs_intervention":
      return "needsHuman";
    case "running":
      throw new Error("the saga never ends");
  }
}

/** Three steps are undone one after the other, with no wait between them: `driveToRest` once took it for a saga that never ends. */
const undoneAtOneInstant: Scenario = {
  scripts: [
    { step: "c0", kind: "compensatable", keyed: true, rollbackIsRepeatable: true },
    { step: "c1", kind: "compensatable", keyed: true, rollbackIsRepeatable: true },
    { step: "c2", kind: "compensatable", keyed: true, rollbackIsRepeatable: false },
    { step: "pivot", kind: "pivot", keyed: true, rollbackIsRepeatable: false },
  ],
  faults: { "c1/run": ["unavailable"], "pivot/run": ["rejected"] },
  crashes: [1],
  deadlineMs: 60,
  attemptsMax: 1,
};

async function explore(keyed: fc.Arbitrary<boolean>, check: (scenario: Scenario, world: ScriptedWorld) => void) {
  const endings: Record<Ending, number> = { completed: 0, cancelled: 0, needsHuman: 0, neverStarted: 0 };
  const property = fc.asyncProperty(scenarios(keyed), async (scenario) => {
    const { saga, world } = await liveThroughCrashes(scenario);
    check(scenario, world);
    endings[checkEnd(scenario, saga, world)] += 1;
  });
  await fc.assert(property, { numRuns: 1_500, examples: [[undoneAtOneInstant]] });
  return endings;
}

describe("after crashes at any record", () => {
  it("a keyed saga ends with every step applied once, or with no net effect", async () => {
    const { needsHuman, ...endings } = await explore(fc.constant(true), (_scenario, { effects }) => {
      expect(new Set(effects).size).toBe(effects.length);
    });
    expect(needsHuman).toBe(0);
    for (const count of Object.values(endings)) expect(count).toBeGreaterThan(30);
  });

  it("a saga with unkeyed steps repeats no call on a guess, and ends right or needs a human", async () => {
    const endings = await explore(fc.boolean(), ({ scripts }, { effects }) => {
      const once = scripts.flatMap(({ step, rollbackIsRepeatable }) => [
        `${step}/run`,
        ...(rollbackIsRepeatable ? [] : [`${step}/rollback`]),
      ]);
      for (const call of once) expect(effects.filter((effect) => effect === call).length).toBeLessThanOrEqual(1);
    });
    for (const count of Object.values(endings)) expect(count).toBeGreaterThan(30);
  });
});
