/**
 * The API for tests of a saga, an engine, a journal or a clock: `given` for a saga, `explore` for every run with a few faults, and the
 * contracts of the ports.
 *
 * @module
 */
export type { ManySagasOptions } from "./many-sagas/many-sagas.ts";
export { type ManySagasRun, runManySagas } from "./many-sagas/run-many-sagas.ts";
export type {
  KeptSaga,
  SharedEngine,
  SharedProcess,
  SharedRemains,
  SharedSurroundings,
} from "./many-sagas/shared-process.ts";
export { drawCounterexample, writeTest } from "./simulation/counterexample.ts";
export {
  type Counterexample,
  type Exploration,
  type ExploreOptions,
  explore,
  replay,
} from "./simulation/explore.ts";
export { given } from "./simulation/given.ts";
export type { Happening } from "./simulation/happening.ts";
export type { Life, Remains, SimulatedEngine, Surroundings } from "./simulation/life.ts";
export { type RandomRun, randomFrom, runAtRandom } from "./simulation/random.ts";
export { relative } from "./simulation/relative.ts";
export { sampleDefinitions, waitingDefinitions } from "./simulation/sample-definitions.ts";
export type { Scenario } from "./simulation/scenario.ts";
export { explorationPolicy } from "./simulation/simulated-limits.ts";
export { Simulation } from "./simulation/simulation.ts";
export { type ClockSubject, clockContract } from "./testing/clock-contract.ts";
export type { ContractCase } from "./testing/contract.ts";
export { embeddedSubject } from "./testing/embedded-subject.ts";
export { engineContract } from "./testing/engine-contract.ts";
export {
  contractSteps,
  type EngineScene,
  type EngineSubject,
  type MakeEngine,
  promptSteps,
  unkeyedSteps,
} from "./testing/engine-scene.ts";
export { type JournalSubject, journalContract } from "./testing/journal-contract.ts";
export { MemoryJournal } from "./testing/memory-journal.ts";
export { eventsOf, recordsOf } from "./testing/read-all.ts";
export { sampleAttempt } from "./testing/sample-attempt.ts";
export { sampleCompacted, sampleRecord } from "./testing/sample-record.ts";
export { ScriptedController, type StepScript } from "./testing/scripted-saga.ts";
export { type Fault, ScriptedWorld, type Sickness } from "./testing/scripted-world.ts";
export { SimulatedClock } from "./testing/simulated-clock.ts";
