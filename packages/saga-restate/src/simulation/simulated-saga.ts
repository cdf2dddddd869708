import { defaultGateLimits, type FoundSaga, type GateLimits, type Policy, type Saga, type SagaEvent } from "saga-core";
import { readEvent, startOf } from "saga-core/engine";
import { ScriptedController, type ScriptedWorld, SimulatedClock, type StepScript } from "saga-core/testing";
import type { Verdict } from "../objects/messages.ts";
import type { RepeatLimits } from "../workflow/repeat-limits.ts";
import { type InvocationJournal, SimulatedInvocation } from "./simulated-invocation.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { WrittenState } from "./written-state.ts";

const MINUTE_MS = 60_000;
/** More turns than any saga here takes. */
const TURNS_MAX = 40;

export interface SimulatedSagaOptions {
  readonly steps: readonly StepScript[];
  readonly world: ScriptedWorld;
  readonly policy?: Partial<Policy>;
  readonly gateLimits?: GateLimits;
  /** Default: those of a real process. */
  readonly repeats?: RepeatLimits;
  /** What the object of a correlation answers a claim, by its key. Default: that the saga has it. */
  readonly onClaim?: (key: string) => string;
  /** The journal of an earlier life, where the saga is not new. */
  readonly journal?: InvocationJournal;
}

/** A simulation of what Restate keeps of one saga, and of the processes that run it, one after the other. */
export class SimulatedSaga {
  readonly clock: SimulatedClock;
  readonly world: ScriptedWorld;
  readonly invocation: SimulatedInvocation;
  readonly verdicts = new Map<string, Verdict>();
  readonly defects: unknown[] = [];
  readonly written = new WrittenState();
  readonly #gateLimits: GateLimits;
  readonly #repeats: RepeatLimits | undefined;
  readonly #onClaim: SimulatedSagaOptions["onClaim"];
  readonly #controller: ScriptedController;
  readonly #started: SagaEvent;
  /** The types of the saga's events, as the running process emitted them. */
  events: string[] = [];
  saga: Saga | undefined;
  process: SimulatedProcess;

  constructor({ steps, world, policy = {}, gateLimits = defaultGateLimits, repeats, onClaim, journal }: SimulatedSagaOptions) {
    this.world = world;
    this.#onClaim = onClaim;
    this.#repeats = repeats;
    this.#gateLimits = gateLimits;
    this.clock = new SimulatedClock(journal?.now);
    this.#controller = new ScriptedController(steps, world, { deadlineMs: 10 * MINUTE_MS, ...policy });
    this.invocation = new SimulatedInvocation(journal);
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    const { input = JSON.stringify(startOf(this.#controller, start)) } = this.invocation;
    this.invocation.input = input;
    this.#started = readEvent(this.#controller, JSON.parse(input));
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

  /** Writes until nothing more follows without a timer. */
  async writeAll(): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      await this.process.context.settle();
      await this.write();
    }
  }

  /** Lets time pass until the saga waits for no timer. */
  async finish(): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      await this.writeAll();
      if (!this.clock.isWaiting) return;
      this.clock.advance();
    }
  }

  request(id: string, operation: object): void {
    this.invocation.signal({ id, operation, reply: id }, (notification) => this.process.context.notify(notification));
  }

  /** The process is killed with everything it had not written; another one continues. */
  async restart(): Promise<void> {
    this.process.context.end(true);
    this.invocation.kill(0);
    await this.resume();
  }

  /** The process is killed with everything it had not written, and none continues. Returns what Restate has. */
  end(): InvocationJournal {
    this.process.context.end(true);
    this.invocation.kill(0);
    return this.invocation.journalAt(this.clock.now());
  }

  /** A new process continues from what Restate has journaled. */
  async resume(): Promise<void> {
    this.events = [];
    this.process = this.#newProcess();
    await this.process.resume(this.#started);
    await this.process.context.settle();
  }

  #newProcess(): SimulatedProcess {
    const surroundings = {
      controllers: () => [this.#controller],
      clock: this.clock,
      gateLimits: this.#gateLimits,
      holderOf: async () => undefined,
      lose: () => undefined,
      onDefect: (error: unknown) => this.defects.push(error),
    };
    return new SimulatedProcess({
      surroundings,
      invocation: this.invocation,
      repeats: this.#repeats,
      onClaim: this.#onClaim,
      onSet: (key, value) => this.written.set(key, value),
      onVerdict: (id, verdict) => this.verdicts.set(id, verdict),
      onDefect: surroundings.onDefect,
      notify: ({ saga }: FoundSaga, { type }: SagaEvent) => {
        this.saga = saga;
        this.events.push(type);
      },
    });
  }
}
