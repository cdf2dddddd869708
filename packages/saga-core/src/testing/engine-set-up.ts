import type { ContextSchemas } from "../definition/context.ts";
import type { Policy } from "../definition/policy.ts";
import { EmbeddedEngine } from "../engine/embedded-engine.ts";
import type { EmbeddedEngineOptions } from "../engine/embedded-engine-options.ts";
import type { Saga } from "../transition/saga.ts";
import { type SagaStatus, stateOf, statusOf } from "../transition/view.ts";
import { driveToRest } from "./drive.ts";
import { contractSteps } from "./engine-scene.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { ScriptedController, type StepScript } from "./scripted-saga.ts";
import { type Fault, ScriptedWorld } from "./scripted-world.ts";
import { SimulatedClock } from "./simulated-clock.ts";

export { contractSteps as steps } from "./engine-scene.ts";

type Faults = Readonly<Record<string, readonly Fault[]>>;

interface Parts {
  readonly controller: ScriptedController;
  readonly journal: MemoryJournal;
  readonly clock: SimulatedClock;
}

/** What a test sets; the rest is as usual. */
export interface Setup {
  readonly steps?: readonly StepScript[];
  readonly faults?: Faults;
  readonly policy?: Partial<Policy>;
  readonly context?: ContextSchemas;
  readonly secret?: readonly string[];
  readonly journal?: MemoryJournal;
  readonly options?: Partial<EmbeddedEngineOptions>;
}

interface SetUp extends Parts {
  readonly world: ScriptedWorld;
  readonly engine: EmbeddedEngine;
}

/** An engine on a scripted world, a simulated clock and a journal in memory. */
export function setUp(setup: Setup = {}): SetUp {
  const world = new ScriptedWorld(setup.faults);
  const clock = new SimulatedClock();
  const journal = setup.journal ?? new MemoryJournal();
  const { context, secret } = setup;
  const controller = new ScriptedController(setup.steps ?? contractSteps, world, setup.policy, { context, secret });
  return { world, clock, journal, controller, engine: engineOn({ controller, journal, clock }, setup.options) };
}

/** Another engine on the same parts, as a restart makes it. */
export function engineOn({ controller, journal, clock }: Parts, options: Partial<EmbeddedEngineOptions> = {}): EmbeddedEngine {
  let ids = 0;
  return new EmbeddedEngine({
    controllers: [controller],
    journal,
    clock,
    random: () => 0.5,
    newId: () => {
      ids += 1;
      return `saga-${String(ids).padStart(4, "0")}`;
    },
    sagasInFlightMax: 100,
    onDefect: (error) => {
      throw error;
    },
    ...options,
  });
}

interface SagaAtRest {
  readonly saga: Saga;
  readonly state: string;
  readonly status: SagaStatus;
}

/** Starts a saga and lets it come to rest. */
export async function runToRest(setup: Setup): Promise<SetUp & SagaAtRest> {
  const parts = setUp(setup);
  const { id } = await parts.engine.start({ definition: "scripted", input: {} });
  const saga = await driveToRest(parts.engine, parts.clock, id);
  if (!saga) throw new Error("the saga is gone");
  return { ...parts, saga, state: stateOf(parts.controller, saga), status: statusOf(saga) };
}
