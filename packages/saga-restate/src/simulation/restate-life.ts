import {
  type Asking,
  answerOf,
  type Controller,
  choiceOf,
  type FoundSaga,
  type Operation,
  OperationRefused,
  ParticipantGates,
  readEvent,
  type SagaEvent,
  type SagaListener,
  type StartedSaga,
  StartRefused,
  startOf,
} from "saga-core";
import {
  type Happening,
  type Life,
  type Remains,
  relative,
  type SimulatedEngine,
  type Surroundings,
  settleMicrotasks,
} from "saga-core/testing";
import { CallsUnderWay } from "../calls-under-way.ts";
import { Certainty } from "../certainty.ts";
import type { Verdict } from "../messages.ts";
import { SagaDriver } from "../saga-driver.ts";
import { SimulatedContext } from "./simulated-context.ts";
import { SimulatedInvocation } from "./simulated-invocation.ts";

export interface RestateLifeOptions {
  /** Whether the first process makes its first call without a fence. */
  readonly isFirstCallGranted: boolean;
}

/** The engine on Restate: its driver, over what Restate keeps of one saga. */
export function onRestate(options: RestateLifeOptions): () => Remains {
  return () => remainsOf(new SimulatedInvocation(), [], options);
}

function remainsOf(
  invocation: SimulatedInvocation,
  records: readonly { readonly text: string }[],
  options: RestateLifeOptions,
): Remains {
  return {
    records,
    snapshot: [invocation.snapshot],
    live: (surroundings) => new RestateLife(invocation, options, surroundings),
  };
}

/** One process, which runs the saga's workflow. */
class RestateLife implements Life {
  readonly clock: Surroundings["clock"];
  readonly engine: SimulatedEngine;
  readonly #invocation: SimulatedInvocation;
  readonly #options: RestateLifeOptions;
  readonly #surroundings: Surroundings;
  readonly #context: SimulatedContext;
  readonly #gates: ParticipantGates;
  readonly #calls = new CallsUnderWay();
  readonly #listeners = new Set<SagaListener>();
  readonly #asked = new Map<string, (verdict: Verdict) => void>();
  /** What was asked last, while it may still be sent again. */
  #lastAsked: object | undefined;
  readonly #events: SagaEvent[] = [];
  #found: FoundSaga | undefined;

  constructor(invocation: SimulatedInvocation, options: RestateLifeOptions, surroundings: Surroundings) {
    const { clock, gateLimits, onDefect } = surroundings;
    this.clock = clock;
    this.#invocation = invocation;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#gates = new ParticipantGates(gateLimits, { clock, takeUp: async () => undefined, onChange: () => undefined });
    this.#context = new SimulatedContext({
      invocation,
      clock,
      onVerdict: (id, verdict) => this.#asked.get(id)?.(verdict),
      onDefect,
    });
    this.engine = {
      start: async ({ input }) => this.#start(input),
      get: async () => this.#found,
      cancel: (_id, asking) => this.#operate((at) => ({ type: "cancel-requested", at, ...asking })),
      retry: (_id, asking?: Asking) => this.#operate((at) => ({ type: "retry-requested", at, ...asking })),
      resolve: (_id, answer) => this.#operate((at, found) => answerOf(found, at, answer)),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      drain: () => this.#calls.stop(),
      participants: () => this.#gates.states,
      resume: () => this.#resume(),
    };
  }

  get unwritten(): number {
    return this.#invocation.unwritten;
  }

  get snapshot(): unknown {
    const { isStopping } = this.#calls;
    return [
      this.#invocation.snapshot,
      this.#found && relative(this.#found.saga),
      this.#gates.states,
      [isStopping, this.#lastAsked !== undefined],
    ];
  }

  get mishaps(): Life["mishaps"] {
    const { clock } = this;
    const slow: Happening = { name: "it takes a second", cost: 1, happen: () => clock.advanceBy(1_000) };
    const asked = this.#lastAsked;
    const again = (once: object): Happening => ({
      name: "what was asked is sent again",
      cost: 1,
      happen: () => {
        this.#lastAsked = undefined;
        this.#signal(once);
      },
    });
    return [...(clock.isWaiting ? [slow] : []), ...(asked ? [again(asked)] : [])];
  }

  async write(): Promise<void> {
    while (this.#invocation.unwritten > 0) {
      this.#invocation.write()?.written?.();
      await settleMicrotasks();
    }
  }

  kill(kept: number): Remains {
    this.#context.lose();
    this.#invocation.kill(kept);
    return remainsOf(
      this.#invocation,
      this.#events.map((event) => ({ text: JSON.stringify(event) })),
      this.#options,
    );
  }

  get #controller(): Controller {
    const [controller] = this.#surroundings.controllers;
    if (!controller) throw new TypeError("There is no definition.");
    return controller;
  }

  #start(input: unknown): StartedSaga {
    const controller = this.#controller;
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    const event = readEvent(controller, { ...startOf(controller, start), input });
    this.#invocation.input = JSON.stringify(event);
    this.#run(event, this.#options.isFirstCallGranted);
    return { id: "saga", accepted: Promise.resolve(), rest: new Promise(() => undefined) };
  }

  /** What Restate has journaled is told to the next execution, one after the other. */
  async #resume(): Promise<void> {
    const { input, notifications } = this.#invocation;
    if (input === undefined) throw new StartRefused("unknown-definition", "It was not started.");
    this.#run(readEvent(this.#controller, JSON.parse(input)), false);
    await settleMicrotasks();
    for (const notification of [...notifications]) {
      this.#context.tell(notification);
      await settleMicrotasks();
    }
  }

  #run(started: SagaEvent, isFirst: boolean): void {
    const { clock, gateLimits, onDefect } = this.#surroundings;
    const start = {
      started,
      certainty: new Certainty(isFirst),
      isFirstCallGranted: this.#options.isFirstCallGranted,
      isWrittenLate: this.#options.isFirstCallGranted,
    };
    const driver = new SagaDriver(this.#context, this.#controller, start, {
      gates: this.#gates,
      clock,
      random: () => 0.5,
      openMsBase: gateLimits.openMsBase,
      calls: this.#calls,
      notify: (found, event) => {
        this.#found = found;
        this.#events.push(event);
        for (const listener of this.#listeners) listener(found, event);
      },
    });
    driver.drive().catch((error: unknown) => this.#context.isLost || onDefect(error));
  }

  #signal(asked: object): void {
    this.#invocation.signal(asked, (notification) => this.#context.tell(notification));
  }

  async #operate(operationOf: (at: number, found: FoundSaga) => Operation): Promise<FoundSaga> {
    const found = this.#found;
    if (!found) throw new OperationRefused("not-found", "There is no saga.");
    const operation = operationOf(Math.max(this.clock.now(), found.saga.updatedAt), found);
    const choice = choiceOf(found.controller, found.saga, operation);
    if (!choice.allowed) throw new OperationRefused("not-allowed", choice.reason);
    const id = this.#invocation.newRequest();
    const verdict = Promise.withResolvers<Verdict>();
    this.#asked.set(id, verdict.resolve);
    this.#lastAsked = { id, operation, reply: id };
    this.#signal(this.#lastAsked);
    const { allowed } = await verdict.promise;
    if (allowed !== true) throw new OperationRefused("not-allowed", String(allowed));
    return this.#found ?? found;
  }
}
