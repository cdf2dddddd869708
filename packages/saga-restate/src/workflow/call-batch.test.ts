import { type Call, done, type JsonObject, type Outcome, rejected, type Saga, startOf, unavailable } from "saga-core";
import {
  contractSteps,
  ScriptedController,
  ScriptedWorld,
  SimulatedClock,
  type StepScript,
  unkeyedSteps,
} from "saga-core/testing";
import { describe, expect, it, vi } from "vitest";
import type { ToldHere } from "../objects/messages.ts";
import type { AttemptOptions } from "./attempts.ts";
import { CallRun, type CallUnderWay } from "./call-batch.ts";
import { SagaCourse } from "./saga-replica.ts";

const LONG_MS = 5_000;

/** Calls that are answered as a test says, and the course of one saga. */
class Scene {
  readonly clock = new SimulatedClock();
  readonly made: string[] = [];
  readonly insistent: boolean[] = [];
  readonly #controller: ScriptedController;
  readonly #answers: Readonly<Record<string, Outcome<JsonObject>>>;
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  course: SagaCourse;

  constructor(steps: readonly StepScript[], answers: Readonly<Record<string, Outcome<JsonObject>>> = {}) {
    this.#controller = new ScriptedController(steps, new ScriptedWorld(), { deadlineMs: 600_000 });
    this.#answers = answers;
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    this.course = SagaCourse.of(this.#controller, startOf(this.#controller, start));
  }

  /** Keeps a call under way. */
  hold(call: string): () => void {
    const held = Promise.withResolvers<void>();
    this.#held.set(call, held);
    return held.resolve;
  }

  run(
    options: { readonly left?: CallUnderWay | undefined; readonly isInsistent?: boolean; readonly course?: SagaCourse } = {},
  ): CallRun {
    const { left, isInsistent = false, course = this.course.fork() } = options;
    const ports = { clock: this.clock, make: (_saga: Saga, call: Call, how: AttemptOptions) => this.#make(call, how) };
    return new CallRun(course, { left, isInsistent, lost: new AbortController().signal }, ports);
  }

  /** Makes a run, and takes what it told for recorded. */
  async record(options: { readonly isInsistent?: boolean } = {}): Promise<readonly string[]> {
    const from = this.made.length;
    const run = this.run(options);
    await run.make();
    this.course = run.course;
    return this.made.slice(from);
  }

  async #make({ step, type }: Call, { isInsistent }: AttemptOptions): Promise<ToldHere> {
    const call = `${step}/${type}`;
    this.made.push(call);
    this.insistent.push(isInsistent);
    await this.#held.get(call)?.promise;
    return { outcome: this.#answers[call] ?? done(), at: this.clock.now(), random: 0.5 };
  }
}

describe("one run", () => {
  it("makes the calls up to the pivot, whose record must be durable before it, and the pivot with those after it", async () => {
    const scene = new Scene(contractSteps);
    expect(await scene.record()).toEqual(["order/run", "stock/run"]);
    expect(await scene.record()).toEqual(["pay/run", "mail/run"]);
    expect(scene.course.saga.phase.name).toBe("completed");
  });

  it("ends with a refusal: the closing record must be durable before the rollbacks, which are made in one", async () => {
    const scene = new Scene(contractSteps, { "pay/run": rejected("no") });
    await scene.record();
    expect(await scene.record()).toEqual(["pay/run"]);
    expect(await scene.record()).toEqual(["stock/rollback", "order/rollback"]);
    expect(scene.course.saga.phase.name).toBe("cancelled");
  });

  it("makes one call where no keys are kept: each attempt must be durable before it", async () => {
    const scene = new Scene(unkeyedSteps);
    for (const { step } of unkeyedSteps) expect(await scene.record()).toEqual([`${step}/run`]);
    expect(scene.course.saga.phase.name).toBe("completed");
  });

  it("ends where the saga waits", async () => {
    const scene = new Scene(contractSteps, { "stock/run": unavailable("away") });
    expect(await scene.record()).toEqual(["order/run", "stock/run"]);
    expect(scene.course.call).toBeUndefined();
    expect(scene.course.until).toBeGreaterThan(scene.clock.now());
  });

  it("insists on its first call only", async () => {
    const scene = new Scene(contractSteps);
    await scene.record({ isInsistent: true });
    expect(scene.insistent).toEqual([true, false]);
  });
});

describe("a call that is still under way", () => {
  it("when its run is halted is left to the next run, and not made again", async () => {
    const scene = new Scene(contractSteps);
    const release = scene.hold("stock/run");
    const run = scene.run();
    const told = run.make();
    await expect.poll(() => scene.made).toEqual(["order/run", "stock/run"]);
    run.halt();
    expect(await told).toHaveLength(1);
    scene.course = run.course;
    expect(scene.course.call).toMatchObject({ step: "stock", type: "run" });
    const next = scene.run({ left: run.left });
    const toldNext = next.make();
    release();
    // The pivot's record is durable by now: it was made from the answer of the first call.
    expect(await toldNext).toHaveLength(3);
    expect(scene.made).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
    expect(next.left).toBeUndefined();
  });

  it("when its run has lasted for long is left to the next one, so that others see where the saga stands", async () => {
    const scene = new Scene(contractSteps);
    scene.hold("stock/run");
    const run = scene.run();
    const told = run.make();
    await expect.poll(() => scene.made).toHaveLength(2);
    scene.clock.advanceBy(LONG_MS);
    expect(await told).toHaveLength(1);
    expect(run.left).toBeDefined();
    expect(scene.clock.isWaiting).toBe(false);
  });

  it("is waited for where it is the first one, and then no other is made in that run", async () => {
    const scene = new Scene(contractSteps);
    const release = scene.hold("order/run");
    const run = scene.run();
    const told = run.make();
    await expect.poll(() => scene.made).toHaveLength(1);
    scene.clock.advanceBy(LONG_MS);
    release();
    expect(await told).toHaveLength(1);
    expect(scene.made).toEqual(["order/run"]);
    expect(run.left).toBeUndefined();
  });
});

describe("what is wrong with what a call told", () => {
  it("is recorded all the same, so that the call is not made again, and stops the saga then", async () => {
    const scene = new Scene(contractSteps);
    const course = scene.course.fork();
    vi.spyOn(course, "tell").mockImplementation(() => {
      throw new TypeError("It cannot be.");
    });
    const run = scene.run({ course });
    expect(await run.make()).toHaveLength(1);
    expect(scene.made).toEqual(["order/run"]);
    expect(() => run.course).toThrow("It cannot be.");
  });
});

describe("a run that is halted before it began", () => {
  it("makes no call", async () => {
    const scene = new Scene(contractSteps);
    const run = scene.run();
    run.halt();
    expect(await run.make()).toEqual([]);
    expect(scene.made).toEqual([]);
  });
});
