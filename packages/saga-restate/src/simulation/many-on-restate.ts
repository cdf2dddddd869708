import { type Controller, defaultGateLimits, OperationRefused, type Saga } from "saga-core";
import { ParticipantGates, Subscribers } from "saga-core/engine";
import type { KeptSaga, SharedEngine, SharedProcess, SharedRemains, SharedSurroundings } from "saga-core/testing";
import { newKept } from "./kept-by-restate.ts";
import { RestateLife } from "./restate-life.ts";
import { SimulatedInvocation } from "./simulated-invocation.ts";

/** One of the sagas that Restate keeps, and what is known of it. */
interface Kept extends KeptSaga {
  readonly controller: Controller;
  readonly invocation: SimulatedInvocation;
}

/** The engine on Restate with many sagas: the workflow of each one by itself, and the gates of its process that they share. */
export function manyOnRestate(kept: ReadonlyMap<string, Kept> = new Map()): SharedRemains {
  return { kept, isCompacting: false, live: (surroundings) => new ManyOnRestate(kept, surroundings) };
}

class ManyOnRestate implements SharedProcess {
  readonly engine: SharedEngine;
  /** A workflow's timers are Restate's. */
  readonly timers = 0;
  readonly #surroundings: SharedSurroundings;
  readonly #subscribers: Subscribers;
  readonly #gates: ParticipantGates;
  readonly #lives = new Map<string, RestateLife>();
  readonly #kept: Map<string, Kept>;
  #isKilled = false;

  constructor(kept: ReadonlyMap<string, Kept>, surroundings: SharedSurroundings) {
    const { clock, onCircuit, onDefect } = surroundings;
    this.#kept = new Map(kept);
    this.#surroundings = surroundings;
    this.#subscribers = new Subscribers((error) => onDefect(error, ""));
    this.#gates = new ParticipantGates(defaultGateLimits, {
      clock,
      resume: async () => undefined,
      // The timers of its calls still ring when it is killed.
      onChange: (state) => this.#isKilled || onCircuit(state),
    });
    this.engine = {
      start: ({ definition, input }) => this.#start(definition, input),
      cancel: async (id, note) => await this.#lifeOf(id).engine.cancel(id, note),
      retry: async (id, note) => await this.#lifeOf(id).engine.retry(id, note),
      resolve: async (id, resolution) => await this.#lifeOf(id).engine.resolve(id, resolution),
      subscribe: (listener) => this.#subscribers.subscribe(listener),
      resume: () => this.#resume(),
    };
  }

  get kept(): ReadonlyMap<string, KeptSaga> {
    return this.#kept;
  }

  get unwritten(): number {
    return [...this.#lives.values()].reduce((sum, life) => sum + life.unwritten, 0);
  }

  async write(): Promise<void> {
    for (const life of this.#lives.values()) if (life.unwritten > 0) await life.write();
  }

  kill(written: number): SharedRemains {
    this.#isKilled = true;
    let left = written;
    for (const life of this.#lives.values()) {
      const count = Math.min(left, life.unwritten);
      left -= count;
      life.kill(count);
    }
    return manyOnRestate(this.#kept);
  }

  #start(definition: string, input: unknown) {
    const id = this.#surroundings.newId();
    const controller = this.#surroundings.controllers.find(({ name }) => name === definition);
    if (!controller) throw new TypeError(`There is no definition ${definition}.`);
    return this.#live(id, controller, new SimulatedInvocation()).engine.start({ definition, input });
  }

  /** Restate runs the workflows of all sagas again. Those that have ended are over. */
  async #resume(): Promise<void> {
    for (const [id, { saga, controller, invocation }] of this.#kept) {
      if (saga.phase.name !== "completed" && saga.phase.name !== "cancelled")
        await this.#live(id, controller, invocation).engine.resume();
    }
  }

  #live(id: string, controller: Controller, invocation: SimulatedInvocation): RestateLife {
    const { clock, onDefect } = this.#surroundings;
    const surroundings = {
      controllers: () => [controller],
      lose: () => undefined,
      holderOf: async () => undefined,
      clock,
      gateLimits: defaultGateLimits,
      onDefect: (error: unknown) => onDefect(error, id),
    };
    const life = new RestateLife(newKept(invocation), surroundings, { id, gates: this.#gates });
    const texts: { readonly text: string }[] = [];
    life.engine.subscribe((found, event) => {
      texts.push({ text: JSON.stringify(event) });
      this.#note(id, { records: texts, saga: found.saga, controller, invocation });
      this.#subscribers.notify(found, event);
    });
    this.#lives.set(id, life);
    return life;
  }

  /** A workflow that runs again emits its events again: until it has come as far, what was known stays. */
  #note(id: string, now: Kept): void {
    const before: Saga | undefined = this.#kept.get(id)?.saga;
    if (!before || now.saga.seq >= before.seq) this.#kept.set(id, now);
  }

  #lifeOf(id: string): RestateLife {
    const life = this.#lives.get(id);
    if (!life) throw new OperationRefused("not-allowed", `The saga ${id} has ended.`);
    return life;
  }
}
