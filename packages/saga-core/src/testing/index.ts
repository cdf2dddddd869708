export { drawCounterexample, drawLadder, writeTest } from "../simulation/counterexample.ts";
export {
  type Counterexample,
  type Exploration,
  type ExploreOptions,
  explore,
  type Progress,
  replay,
} from "../simulation/explore.ts";
export { type Expected, given, NotAsExpected } from "../simulation/given.ts";
export type { Happening } from "../simulation/happening.ts";
export type { Life, Remains, SimulatedEngine, Surroundings } from "../simulation/life.ts";
export { type RandomRun, runAtRandom } from "../simulation/random.ts";
export { relative } from "../simulation/relative.ts";
export { sampleDefinitions } from "../simulation/sample-definitions.ts";
export type { Scenario } from "../simulation/scenario.ts";
export { Simulation } from "../simulation/simulation.ts";
export { type ClockSubject, clockContract } from "./clock-contract.ts";
export { type ContractCase, expectSame } from "./contract.ts";
export { embeddedSubject } from "./embedded-subject.ts";
export {
  contractSteps,
  type EngineScene,
  type EngineSubject,
  engineContract,
  type MakeEngine,
  unkeyedSteps,
} from "./engine-contract.ts";
export { type JournalSubject, journalContract } from "./journal-contract.ts";
export { MemoryJournal } from "./memory-journal.ts";
export { sampleRecord } from "./sample-record.ts";
export { type Fault, ScriptedController, ScriptedWorld, type StepScript } from "./scripted-saga.ts";
export { SimulatedClock } from "./simulated-clock.ts";
