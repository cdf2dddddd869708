import type { ContextSchemas } from "../definition/context.ts";
import type { Policy } from "../definition/policy.ts";
import type { AutoPause } from "../engine/auto-pause.ts";
import { type Engine, type FoundSaga, OperationRefused, StartRefused } from "../ports/engine.ts";
import type { Observer } from "../ports/observer.ts";
import type { Saga } from "../transition/saga.ts";
import { type SagaStatus, statusOf } from "../transition/view.ts";
import type { StepScript } from "./scripted-saga.ts";
import type { Fault, ScriptedWorld } from "./scripted-world.ts";

/** What an engine is to run. */
export interface EngineScene {
  readonly steps: readonly StepScript[];
  readonly faults: Readonly<Record<string, readonly Fault[]>>;
  readonly policy: Partial<Policy>;
  readonly autoPause: AutoPause;
  /** What the definition takes of the caller's context. */
  readonly context: ContextSchemas;
  /** What is told of everything that happens. */
  readonly observers: readonly Observer[];
}

/** An engine that runs a scene, and how a test waits for it. */
export interface EngineSubject {
  readonly engine: Engine;
  readonly world: ScriptedWorld;
  /** Starts a saga of the scene's definition, and gives its id once the start is durable. */
  readonly start: () => Promise<string>;
  /** The saga when it has come to rest, however long it waits. */
  readonly rest: (sagaId: string) => Promise<Saga>;
  /** Resolves when this is so. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  /** Resolves when so many milliseconds have passed. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Makes the engine for a scene; what a scene does not say is as usual. */
export type MakeEngine = (scene: Partial<EngineScene>) => Promise<EngineSubject>;

export const PROMPT_MS = 2;

/** A chain with a step of every kind. */
export const contractSteps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
  { step: "mail", kind: "retriable" },
];

/** Its participants keep no keys. */
export const unkeyedSteps: readonly StepScript[] = contractSteps.map((step) => ({ ...step, keyed: false }));

/** The same, where a call takes no time, and an attempt in doubt cannot arrive later than after `PROMPT_MS` milliseconds. */
export const promptSteps: readonly StepScript[] = unkeyedSteps.map((step) => ({
  ...step,
  callTimeoutMs: 1,
  arrivesWithinMs: PROMPT_MS,
}));

export const DEFINITION = "scripted";

interface RanOne extends EngineSubject {
  readonly id: string;
  readonly saga: Saga;
  readonly status: SagaStatus;
}

export async function runOne(make: MakeEngine, scene: Partial<EngineScene>): Promise<RanOne> {
  const subject = await make(scene);
  const id = await subject.start();
  const saga = await subject.rest(id);
  return { ...subject, id, saga, status: statusOf(saga) };
}

export async function refusalOf(request: Promise<unknown>): Promise<StartRefused | OperationRefused> {
  try {
    await request;
  } catch (error) {
    if (error instanceof StartRefused || error instanceof OperationRefused) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

/** The id of no saga. */
export const NOBODY = "00000000-0000-7000-8000-000000000000";

export const allForward: readonly string[] = ["order/run", "stock/run", "pay/run", "mail/run"];
export const allUndone: readonly string[] = ["order/run", "stock/run", "stock/rollback", "order/rollback"];

const LOOKS_MAX = 1_000;

/** An engine's state may lag behind a call under way: looks again after a pause, until it is so. */
export async function untilFound(
  { engine, until }: Pick<EngineSubject, "engine" | "until">,
  id: string,
  isSo: (found: FoundSaga) => boolean,
): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const found = await engine.get(id);
    if (found && isSo(found)) return;
    let hasPaused = false;
    await until(() => {
      const isOver = hasPaused;
      hasPaused = true;
      return isOver;
    });
  }
  throw new Error(`Saga ${id} has not come to that.`);
}

/** Resolves when the saga waits for the instant of its next call. */
export async function untilWaiting(subject: Pick<EngineSubject, "engine" | "until">, id: string): Promise<void> {
  await untilFound(subject, id, ({ saga }) => saga.steps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined));
}
