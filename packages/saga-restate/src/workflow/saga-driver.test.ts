import { defaultGateLimits, type FoundSaga, type Saga, type SagaEvent, startOf } from "saga-core";
import { contractSteps, ScriptedController, ScriptedWorld, SimulatedClock } from "saga-core/testing";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../objects/messages.ts";
import { SimulatedInvocation } from "../simulation/simulated-invocation.ts";
import { SimulatedProcess } from "../simulation/simulated-process.ts";

const MINUTE_MS = 60_000;
/** More than any saga here takes. */
const TURNS_MAX = 20;

/** What Restate keeps of one saga, and the processes that run it, one after the other. */
class Scene {
  readonly clock = new SimulatedClock();
  readonly world = new ScriptedWorld();
  readonly invocation = new SimulatedInvocation();
  readonly verdicts = new Map<string, Verdict>();
  readonly defects: unknown[] = [];
  readonly #controller = new ScriptedController(contractSteps, this.world, { deadlineMs: 10 * MINUTE_MS });
  readonly #started: SagaEvent;
  events: string[] = [];
  saga: Saga | undefined;
  process: SimulatedProcess;

  constructor() {
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    this.#started = startOf(this.#controller, start);
    this.process = this.#newProcess();
  }

  async begin(): Promise<void> {
    this.process.run(this.#started);
    await this.process.context.goOn();
  }

  async write(): Promise<void> {
    await this.process.write();
    await this.process.context.settle();
  }

  /** As long as something follows from it. */
  async writeAll(): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      await this.process.context.settle();
      await this.write();
    }
  }

  ask(id: string, operation: object): void {
    this.invocation.signal({ id, operation, reply: id }, (notification) => this.process.context.tell(notification));
  }

  /** The process is killed, with what it had not written; another one goes on. */
  async restart(): Promise<void> {
    this.process.context.end(true);
    this.invocation.kill(0);
    this.events = [];
    this.process = this.#newProcess();
    await this.process.resume(this.#started);
    await this.process.context.settle();
  }

  #newProcess(): SimulatedProcess {
    const surroundings = {
      controllers: () => [this.#controller],
      clock: this.clock,
      gateLimits: defaultGateLimits,
      lose: () => undefined,
      onDefect: (error: unknown) => this.defects.push(error),
    };
    return new SimulatedProcess({
      surroundings,
      invocation: this.invocation,
      onVerdict: (id, verdict) => this.verdicts.set(id, verdict),
      onDefect: surroundings.onDefect,
      notify: ({ saga }: FoundSaga, { type }: SagaEvent) => {
        this.saga = saga;
        this.events.push(type);
      },
    });
  }
}

describe("a call that was left under way by a run that began late", () => {
  it("is in doubt when its process is lost: no fence before it hides that it was made", async () => {
    const scene = new Scene();
    scene.world.hold("stock/run");
    await scene.begin();
    scene.process.context.delay(MINUTE_MS);
    await scene.write();
    await scene.process.context.settle();
    expect(scene.world.arrived).toEqual(["order/run", "stock/run"]);
    scene.clock.advanceBy(MINUTE_MS / 2);
    await scene.process.context.settle();
    await scene.write();
    expect(scene.saga?.steps.map(({ status }) => status)).toEqual(["done", "running", "pending", "pending"]);
    await scene.restart();
    await scene.write();
    expect(scene.events).toContain("resumed");
    expect(scene.saga?.steps.map(({ status }) => status)).toEqual(["done", "unknown", "unknown", "unknown"]);
    expect(scene.defects).toEqual([]);
  });
});

describe("several who ask while a call is under way", () => {
  it("are all told, in the order in which they asked", async () => {
    const scene = new Scene();
    const release = scene.world.hold("order/run");
    await scene.begin();
    await scene.write();
    const at = scene.clock.now();
    scene.ask("one", { type: "retry-requested", at, by: "ada" });
    scene.ask("two", { type: "cancel-requested", at, by: "adele" });
    scene.ask("three", { type: "cancel-requested", at, by: "alan" });
    scene.ask("four", { type: "retry-requested", at });
    await scene.writeAll();
    expect([...scene.verdicts.keys()]).toEqual(["one", "two", "three", "four"]);
    expect(scene.saga?.phase).toMatchObject({ name: "settling", turn: { cause: "cancelled" } });
    release();
    await scene.writeAll();
    expect(scene.saga?.phase.name).toBe("cancelled");
    expect(scene.world.calls).toEqual(["order/run", "order/rollback"]);
    expect(scene.defects).toEqual([]);
  });
});
