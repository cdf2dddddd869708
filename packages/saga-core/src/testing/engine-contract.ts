import type { Policy } from "../definition/policy.ts";
import { type Engine, type FoundSaga, OperationRefused, StartRefused } from "../ports/engine.ts";
import { choicesOf } from "../transition/choices.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";
import { type ContractCase, expectSame } from "./contract.ts";
import type { Fault, ScriptedWorld, StepScript } from "./scripted-saga.ts";

/** What an engine is to run. */
export interface EngineScene {
  readonly steps: readonly StepScript[];
  readonly faults: Readonly<Record<string, readonly Fault[]>>;
  readonly policy: Partial<Policy>;
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
}

/** Makes the engine for a scene; what a scene does not say is as usual. */
export type MakeEngine = (scene: Partial<EngineScene>) => Promise<EngineSubject>;

/** A chain with a step of every kind. */
export const contractSteps: readonly StepScript[] = [
  { step: "order", kind: "compensatable" },
  { step: "stock", kind: "compensatable" },
  { step: "pay", kind: "pivot" },
  { step: "mail", kind: "retriable" },
];

/** Its participants keep no keys, and an attempt cannot arrive later than at once. */
export const unkeyedSteps: readonly StepScript[] = contractSteps.map((step) => ({ ...step, keyed: false, arrivesWithinMs: 1 }));

const DEFINITION = "scripted";

async function runOne(make: MakeEngine, scene: Partial<EngineScene>) {
  const subject = await make(scene);
  const id = await subject.start();
  const saga = await subject.rest(id);
  return { ...subject, id, saga, status: statusOf(saga) };
}

async function refusalOf(request: Promise<unknown>): Promise<StartRefused | OperationRefused> {
  try {
    await request;
  } catch (error) {
    if (error instanceof StartRefused || error instanceof OperationRefused) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

const allForward = ["order/run", "stock/run", "pay/run", "mail/run"];
const allUndone = ["order/run", "stock/run", "stock/rollback", "order/rollback"];

/** What every engine must do. */
export const engineContract: readonly ContractCase<MakeEngine>[] = [
  {
    name: "runs every step once, in order",
    check: async (make) => {
      const { status, world } = await runOne(make, {});
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "undoes the done steps in reverse when a step is refused",
    check: async (make) => {
      const { status, world, saga } = await runOne(make, { faults: { "pay/run": ["rejected"] } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
      expectSame(saga.phase.name === "cancelled" && saga.phase.turn.cause, "rejected", "cause");
    },
  },
  {
    name: "undoes the done steps when a participant stays unavailable, and sends nothing after it",
    check: async (make) => {
      const faults = { "stock/run": ["unavailable", "unavailable", "unavailable"] } as const;
      const { status, world } = await runOne(make, { faults, policy: { attemptsMax: 3 } });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, ["order/run", "order/rollback"], "effects");
      expectSame(world.calls, ["order/run", "stock/run", "stock/run", "stock/run", "order/rollback"], "calls");
    },
  },
  ...(["reply-lost", "request-lost", "thrown"] as const).map((fault) => ({
    name: `settles an unknown outcome with the same key after ${fault}`,
    check: async (make: MakeEngine) => {
      const { status, world } = await runOne(make, { faults: { "stock/run": [fault] } });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
      const keys = new Set(world.attempts.filter((_attempt, index) => world.calls[index] === "stock/run").map(({ key }) => key));
      expectSame(keys.size, 1, "keys of the step");
    },
  })),
  {
    name: "repeats a rollback until it is done",
    check: async (make) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["reply-lost", "unavailable"] } as const;
      const { status, world } = await runOne(make, { faults });
      expectSame(status, "cancelled", "status");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "repeats a step after the pivot until it is done",
    check: async (make) => {
      const { status, world } = await runOne(make, {
        faults: { "mail/run": ["unavailable", "request-lost", "unavailable"] },
        policy: { attemptsMax: 2 },
      });
      expectSame(status, "completed", "status");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "needs a human when an unkeyed participant gives no answer, and goes on when the human resolves it as applied",
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
      const { engine, id, world, rest } = await runOne(make, {
        steps: unkeyedSteps,
        faults: { "stock/run": ["request-lost"] },
        policy: { deadlineMs: 600_000 },
      });
      await engine.resolve(id, { step: "stock", applied: false });
      expectSame(statusOf(await rest(id)), "completed", "status at the end");
      expectSame(world.calls, ["order/run", "stock/run", "stock/run", "pay/run", "mail/run"], "calls");
    },
  },
  {
    name: "refuses a resolution while the attempt may still arrive, one of another step, and a retry that could apply it twice",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, arrivesWithinMs: 600_000 }));
      const { engine, id, world } = await runOne(make, { steps, faults: { "stock/run": ["reply-lost"] } });
      const early = await refusalOf(engine.resolve(id, { step: "stock", applied: false }));
      expectSame(early.refusal, "not-allowed", "refusal of an early answer");
      expectSame(early instanceof OperationRefused && early.from !== undefined, true, "it says when");
      expectSame((await refusalOf(engine.resolve(id, { step: "pay", applied: true }))).refusal, "not-allowed", "another step");
      expectSame((await refusalOf(engine.retry(id))).refusal, "not-allowed", "a retry");
      expectSame(world.calls, ["order/run", "stock/run"], "calls");
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
  {
    name: "needs a human when a participant reports a misused key",
    check: async (make) => {
      const { engine, id, status } = await runOne(make, { faults: { "order/run": ["defect"] } });
      expectSame(status, "needs_intervention", "status");
      expectSame((await refusalOf(engine.retry(id))).refusal, "not-allowed", "a retry");
    },
  },
  {
    name: "needs a human when a rollback is refused, and sends it again when the human resolves it as not applied",
    check: async (make) => {
      const faults = { "pay/run": ["rejected"], "stock/rollback": ["rejected"] } as const;
      const { engine, id, status, rest, world } = await runOne(make, { steps: unkeyedSteps, faults });
      expectSame(status, "needs_intervention", "status");
      await engine.resolve(id, { step: "stock", applied: false });
      expectSame(statusOf(await rest(id)), "cancelled", "status at the end");
      expectSame(world.standing, [], "what stands");
    },
  },
  {
    name: "probes an unkeyed participant before it sends again, where the step has a probe",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, probes: true }));
      const { status, world } = await runOne(make, { steps, faults: { "order/run": ["reply-lost"] } });
      expectSame(status, "completed", "status");
      expectSame(world.calls.slice(0, 3), ["order/run", "order/probe", "stock/run"], "calls");
    },
  },
  {
    name: "lists the orphan of a pivot that is declared harmless",
    check: async (make) => {
      const steps = unkeyedSteps.map((step) => ({ ...step, orphanIsHarmless: step.kind === "pivot" }));
      const { saga, status } = await runOne(make, { steps, faults: { "pay/run": ["reply-lost"] } });
      expectSame(status, "cancelled", "status");
      expectSame(saga.orphans, ["pay"], "orphans");
    },
  },
  {
    name: "undoes a cancelled saga after the call that is under way",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({ policy: { deadlineMs: 600_000 } });
      const release = world.hold("stock/run");
      const id = await start();
      await until(() => world.arrived.includes("stock/run"));
      const { saga } = await engine.cancel(id, { by: "ada", note: "wrong order" });
      expectSame(saga.phase.name, "settling", "phase after the cancel");
      release();
      const ended = await rest(id);
      expectSame(ended.phase.name === "cancelled" && ended.phase.turn.cause, "cancelled", "cause");
      expectSame(world.effects, allUndone, "effects");
    },
  },
  {
    name: "refuses to cancel once the pivot may have been sent, once the saga has ended, and where there is none",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({ policy: { deadlineMs: 600_000 } });
      const release = world.hold("pay/run");
      const id = await start();
      await until(() => world.arrived.includes("pay/run"));
      const isPivotSent = ({ controller, saga }: FoundSaga) => !choicesOf(controller, saga, saga.updatedAt).cancel.allowed;
      await untilFound({ engine, until }, id, isPivotSent);
      expectSame((await refusalOf(engine.cancel(id))).refusal, "not-allowed", "while the pivot is under way");
      release();
      expectSame(statusOf(await rest(id)), "completed", "status");
      expectSame((await refusalOf(engine.cancel(id))).refusal, "not-allowed", "after its end");
      const nobody = "00000000-0000-7000-8000-000000000000";
      expectSame((await refusalOf(engine.cancel(nobody))).refusal, "not-found", "of nobody");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "makes the waiting call at once on a retry",
    check: async (make) => {
      const { engine, start, rest, world, until } = await make({
        faults: { "order/run": ["busy"] },
        policy: { deadlineMs: 3_000_000, giveUpMs: 3_000_000 },
      });
      const id = await start();
      await until(() => world.calls.length === 1);
      await untilFound({ engine, until }, id, ({ saga }) => saga.steps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined));
      const { saga } = await engine.retry(id);
      expectSame(saga.seq > 1, true, "the retry is recorded");
      await until(() => world.effects.length > 0);
      expectSame(statusOf(await rest(id)), "completed", "status");
    },
  },
  {
    name: "starts one saga for a key in repeated and concurrent starts, and refuses the key with another body",
    check: async (make) => {
      const { engine, rest, world } = await make({});
      const request = { definition: DEFINITION, input: { seat: 1 }, idempotencyKey: "caller:one/key two" };
      const started = await Promise.all([1, 2, 3].map(() => engine.start(request)));
      const [first] = started;
      if (!first) throw new Error("Nothing was started.");
      await first.accepted;
      expectSame(new Set(started.map(({ id }) => id)).size, 1, "sagas");
      await rest(first.id);
      expectSame((await engine.start(request)).id, first.id, "a start after its end");
      const other = await refusalOf(engine.start({ ...request, input: { seat: 2 } }));
      expectSame(other.refusal, "key-reused", "another body");
      expectSame(world.effects, allForward, "effects");
    },
  },
  {
    name: "refuses an unknown definition and an invalid input, and calls no participant for them",
    check: async (make) => {
      const { engine, world } = await make({});
      expectSame((await refusalOf(engine.start({ definition: "other", input: {} }))).refusal, "unknown-definition", "definition");
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: 7 }))).refusal, "invalid-input", "input");
      expectSame(world.calls, [], "calls");
    },
  },
  {
    name: "starts no saga of a paused definition, gives a repeated key its saga, and starts again when the pause ends",
    check: async (make) => {
      const { engine, rest, start } = await make({});
      const request = { definition: DEFINITION, input: {}, idempotencyKey: "caller:before" };
      const { id, accepted } = await engine.start(request);
      await accepted;
      await rest(id);
      await engine.pause(DEFINITION, { by: "ada" });
      expectSame(
        (await engine.pauses()).map(({ definition, by }) => ({ definition, by })),
        [{ definition: DEFINITION, by: "ada" }],
        "pauses",
      );
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: {} }))).refusal, "paused", "a start");
      expectSame(
        (await refusalOf(engine.start({ ...request, idempotencyKey: "caller:new" }))).refusal,
        "paused",
        "a start under a new key",
      );
      expectSame((await engine.start(request)).id, id, "the known key");
      expectSame((await refusalOf(engine.pause("other"))).refusal, "not-found", "a pause of nothing");
      await engine.endPause(DEFINITION);
      expectSame(statusOf(await rest(await start())), "completed", "a start after the pause");
    },
  },
  {
    name: "gives a saga and its history, and nothing for an unknown id",
    check: async (make) => {
      const { engine, id, saga } = await runOne(make, { faults: { "stock/run": ["rejected"] } });
      const found = await engine.get(id);
      const history = await engine.history(id);
      expectSame(found?.saga, saga, "the saga");
      expectSame(history?.length, saga.seq, "events");
      expectSame(history?.[0]?.type, "started", "the first event");
      const nobody = "00000000-0000-7000-8000-000000000000";
      expectSame([await engine.get(nobody), await engine.history(nobody)], [undefined, undefined], "nobody");
    },
  },
  {
    name: "calls a listener with every event until it unsubscribes",
    check: async (make) => {
      const { engine, start, rest, until } = await make({});
      const heard: string[] = [];
      const unsubscribe = engine.subscribe(({ saga }, event) => heard.push(`${saga.id} ${event.type}`));
      const id = await start();
      await rest(id);
      const count = (await engine.history(id))?.length ?? 0;
      await until(() => heard.filter((each) => each.startsWith(id)).length >= count);
      unsubscribe();
      const before = heard.length;
      await rest(await start());
      expectSame(heard.length, before, "events after that");
    },
  },
  {
    name: "starts no saga and accepts no operation while it drains",
    check: async (make) => {
      const { engine, id } = await runOne(make, { steps: unkeyedSteps, faults: { "order/run": ["reply-lost"] } });
      await engine.drain(0);
      expectSame((await refusalOf(engine.start({ definition: DEFINITION, input: {} }))).refusal, "draining", "a start");
      expectSame((await refusalOf(engine.cancel(id))).refusal, "draining", "an operation");
    },
  },
];

const LOOKS_MAX = 1_000;

/** An engine's state may lag behind a call under way: looks again after a pause, until it is so. */
async function untilFound(
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
