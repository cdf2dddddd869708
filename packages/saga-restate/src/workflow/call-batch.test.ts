import { done, type Outcome, rejected, type Saga, unavailable } from "saga-core";
import { type Call, type JsonObject, startOf } from "saga-core/engine";
import {
  contractSteps,
  ScriptedController,
  ScriptedWorld,
  SimulatedClock,
  type StepScript,
  unkeyedSteps,
} from "saga-core/testing";
import { describe, expect, it, vi } from "vitest";
import type { CallReport } from "../objects/messages.ts";
import { timings } from "../timings.ts";
import type { AttemptOptions } from "./attempts.ts";
import { type BatchResult, CallBatch, type CallUnderWay } from "./call-batch.ts";
import { defaultRepeatLimits } from "./repeat-limits.ts";
import { SagaReplica } from "./saga-replica.ts";

/** Calls that a test answers, and the replica of one saga. */
class Scene {
  readonly clock = new SimulatedClock();
  readonly made: string[] = [];
  readonly insistent: boolean[] = [];
  readonly #controller: ScriptedController;
  readonly #answers: Readonly<Record<string, Outcome<JsonObject>>>;
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  replica: SagaReplica;

  constructor(steps: readonly StepScript[], answers: Readonly<Record<string, Outcome<JsonObject>>> = {}) {
    this.#controller = new ScriptedController(steps, new ScriptedWorld(), { deadlineMs: 600_000 });
    this.#answers = answers;
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    this.replica = SagaReplica.begin(this.#controller, startOf(this.#controller, start));
  }

  /** Keeps a call under way until the returned function is called. */
  hold(call: string): () => void {
    const held = Promise.withResolvers<void>();
    this.#held.set(call, held);
    return held.resolve;
  }

  batch(
    options: {
      readonly detached?: CallUnderWay | undefined;
      readonly isInsistent?: boolean;
      readonly replica?: SagaReplica;
    } = {},
  ): CallBatch {
    const { detached, isInsistent = false, replica = this.replica.fork() } = options;
    const ports = {
      clock: this.clock,
      onStop: () => () => undefined,
      repeats: defaultRepeatLimits,
      make: (_saga: Saga, call: Call, how: AttemptOptions) => this.#make(call, how),
    };
    return new CallBatch(replica, { detached, isInsistent, lost: new AbortController().signal }, ports);
  }

  /** Makes a batch, records it, and returns the calls it made. */
  async record(options: { readonly isInsistent?: boolean } = {}): Promise<readonly string[]> {
    const from = this.made.length;
    this.apply(await this.batch(options).make());
    return this.made.slice(from);
  }

  apply({ after }: BatchResult): void {
    if ("failure" in after) throw after.failure;
    this.replica = after.replica;
  }

  async #make({ step, type }: Call, { isInsistent }: AttemptOptions): Promise<CallReport> {
    const call = `${step}/${type}`;
    this.made.push(call);
    this.insistent.push(isInsistent);
    await this.#held.get(call)?.promise;
    return { outcome: this.#answers[call] ?? done(), at: this.clock.now(), random: 0.5 };
  }
}

describe("a batch", () => {
  it("makes the calls up to the pivot, whose record must be durable before it, and the pivot with those after it", async () => {
    const scene = new Scene(contractSteps);
    expect(await scene.record()).toEqual(["order/run", "stock/run"]);
    expect(await scene.record()).toEqual(["pay/run", "mail/run"]);
    expect(scene.replica.saga.phase.name).toBe("completed");
  });

  it("ends with a refusal: the closing record must be durable before the rollbacks, which are one batch", async () => {
    const scene = new Scene(contractSteps, { "pay/run": rejected("no") });
    await scene.record();
    expect(await scene.record()).toEqual(["pay/run"]);
    expect(await scene.record()).toEqual(["stock/rollback", "order/rollback"]);
    expect(scene.replica.saga.phase.name).toBe("cancelled");
  });

  it("makes one call at unkeyed participants: each attempt must be durable before it", async () => {
    const scene = new Scene(unkeyedSteps);
    for (const { step } of unkeyedSteps) expect(await scene.record()).toEqual([`${step}/run`]);
    expect(scene.replica.saga.phase.name).toBe("completed");
  });

  it("ends where the saga waits", async () => {
    const scene = new Scene(contractSteps, { "stock/run": unavailable("away") });
    expect(await scene.record()).toEqual(["order/run", "stock/run"]);
    expect(scene.replica.call).toBeUndefined();
    expect(scene.replica.until).toBeGreaterThan(scene.clock.now());
  });

  it("ignores an open circuit for its first call only, after a retry", async () => {
    const scene = new Scene(contractSteps);
    await scene.record({ isInsistent: true });
    expect(scene.insistent).toEqual([true, false]);
  });

  it("makes no call when it is halted before it began", async () => {
    const scene = new Scene(contractSteps);
    const batch = scene.batch();
    batch.halt();
    expect((await batch.make()).reports).toEqual([]);
    expect(scene.made).toEqual([]);
  });

  it("records a report that cannot be applied, so that its call is not repeated, and returns the failure", async () => {
    const scene = new Scene(contractSteps);
    const replica = scene.replica.fork();
    vi.spyOn(replica, "applyReport").mockImplementation(() => {
      throw new TypeError("It cannot be.");
    });
    const { reports, after } = await scene.batch({ replica }).make();
    expect(reports).toHaveLength(1);
    expect(scene.made).toEqual(["order/run"]);
    expect(after).toEqual({ failure: new TypeError("It cannot be.") });
  });
});

describe("a call under way", () => {
  it("is left to the next batch when its batch is halted, and is not made again", async () => {
    const scene = new Scene(contractSteps);
    const release = scene.hold("stock/run");
    const batch = scene.batch();
    const made = batch.make();
    await expect.poll(() => scene.made).toEqual(["order/run", "stock/run"]);
    batch.halt();
    const result = await made;
    expect(result.reports).toHaveLength(1);
    scene.apply(result);
    expect(scene.replica.call).toMatchObject({ step: "stock", type: "run" });
    const next = scene.batch({ detached: result.detached }).make();
    release();
    // The pivot's record is durable by now: the first call's answer led to it.
    expect((await next).reports).toHaveLength(3);
    expect(scene.made).toEqual(["order/run", "stock/run", "pay/run", "mail/run"]);
    expect((await next).detached).toBeUndefined();
  });

  it("is left to the next batch when its own has lasted long, so that others see where the saga is", async () => {
    const scene = new Scene(contractSteps);
    scene.hold("stock/run");
    const made = scene.batch().make();
    await expect.poll(() => scene.made).toHaveLength(2);
    scene.clock.advanceBy(timings.batchMsMax);
    const { reports, detached } = await made;
    expect(reports).toHaveLength(1);
    expect(detached).toBeDefined();
    expect(scene.clock.isWaiting).toBe(false);
  });

  it("is awaited where it is the first of its batch, which then makes no other call", async () => {
    const scene = new Scene(contractSteps);
    const release = scene.hold("order/run");
    const made = scene.batch().make();
    await expect.poll(() => scene.made).toHaveLength(1);
    scene.clock.advanceBy(timings.batchMsMax);
    release();
    const { reports, detached } = await made;
    expect(reports).toHaveLength(1);
    expect(scene.made).toEqual(["order/run"]);
    expect(detached).toBeUndefined();
  });
});
