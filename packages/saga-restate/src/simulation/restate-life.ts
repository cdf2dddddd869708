import {
  type FoundSaga,
  JournalError,
  readEvent,
  type SagaEvent,
  type SagaListener,
  type StartedSaga,
  StartRefused,
  startOf,
} from "saga-core";
import { decideOperation, noSuchSaga, notAllowed, type OperationRequest } from "saga-core/engine";
import { type Happening, type Life, type Remains, relative, type SimulatedEngine, type Surroundings } from "saga-core/testing";
import type { Verdict } from "../objects/messages.ts";
import { SimulatedInvocation } from "./simulated-invocation.ts";
import { SimulatedProcess } from "./simulated-process.ts";

const LONG_MS = 5_000;
const MINUTE_MS = 60_000;

/** The engine on Restate: its driver, over what Restate keeps of one saga. */
export function onRestate(): Remains {
  return remainsOf(new SimulatedInvocation(), []);
}

function remainsOf(invocation: SimulatedInvocation, records: readonly { readonly text: string }[]): Remains {
  return {
    records,
    snapshot: [invocation.snapshot],
    live: (surroundings) => new RestateLife(invocation, surroundings),
  };
}

/** A process that runs the saga's workflow, and beside it those that ran it and do not know that they are lost. */
class RestateLife implements Life {
  readonly clock: Surroundings["clock"];
  readonly engine: SimulatedEngine;
  readonly #invocation: SimulatedInvocation;
  readonly #surroundings: Surroundings;
  readonly #listeners = new Set<SagaListener>();
  readonly #asked = new Map<string, (verdict: Verdict) => void>();
  /** What was asked last, while it may still be sent again. */
  #lastAsked: object | undefined;
  readonly #events: SagaEvent[] = [];
  #process: SimulatedProcess;
  #found: FoundSaga | undefined;

  constructor(invocation: SimulatedInvocation, surroundings: Surroundings) {
    this.clock = surroundings.clock;
    this.#invocation = invocation;
    this.#surroundings = surroundings;
    this.#process = this.#newProcess();
    this.engine = {
      start: ({ input }) => this.#start(input),
      get: async () => this.#found,
      cancel: (_id, note) => this.#operate({ type: "cancel", note }),
      retry: (_id, note) => this.#operate({ type: "retry", note }),
      resolve: (_id, resolution) => this.#operate({ type: "resolve", resolution }),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      drain: () => this.#process.calls.stop(),
      participants: () => this.#process.participants,
      resume: () => this.#resume(),
    };
  }

  get unwritten(): number {
    return this.#invocation.unwritten;
  }

  get snapshot(): unknown {
    const { calls, participants, context } = this.#process;
    return [
      this.#invocation.snapshot,
      this.#found && relative(this.#found.saga),
      participants,
      [calls.isStopping, this.#lastAsked !== undefined, context.lateMs],
    ];
  }

  get mishaps(): Life["mishaps"] {
    const { clock } = this;
    const happenings: Happening[] = [
      {
        name: "the next run begins a minute late",
        cost: 1,
        happen: () => this.#process.context.delay(MINUTE_MS),
      },
      { name: "Restate goes on in another process, and this one does not know", cost: 1, happen: () => this.#lose(0) },
    ];
    if (this.unwritten > 0) {
      happenings.push({
        name: "Restate goes on in another process with what was written last, and this one does not know",
        cost: 1,
        happen: () => this.#lose(this.unwritten),
      });
    }
    if (clock.isWaiting) happenings.push({ name: "it takes five seconds", cost: 1, happen: () => clock.advanceBy(LONG_MS) });
    const asked = this.#lastAsked;
    if (asked) {
      happenings.push({
        name: "what was asked is sent again",
        cost: 1,
        happen: () => {
          this.#lastAsked = undefined;
          this.#signal(asked);
        },
      });
    }
    return happenings;
  }

  write(): Promise<void> {
    return this.#process.write();
  }

  kill(kept: number): Remains {
    this.#process.context.end(true);
    this.#invocation.kill(kept);
    return remainsOf(this.#invocation, this.#records());
  }

  #records() {
    return this.#events.map((event) => ({ text: JSON.stringify(event) }));
  }

  #newProcess(): SimulatedProcess {
    return new SimulatedProcess({
      surroundings: this.#surroundings,
      invocation: this.#invocation,
      onVerdict: (id, verdict) => this.#asked.get(id)?.(verdict),
      onDefect: this.#surroundings.onDefect,
      notify: (found, event) => {
        // Run again, it tells again what was told.
        if (found.saga.seq <= this.#events.length) return;
        this.#found = found;
        this.#events.push(event);
        for (const listener of this.#listeners) listener(found, event);
      },
    });
  }

  async #start(input: unknown): Promise<StartedSaga> {
    const { controller, context } = this.#process;
    const start = { at: this.clock.now(), id: "saga", input: {}, idempotencyKey: undefined, trace: undefined };
    const event = readEvent(controller, { ...startOf(controller, start), input });
    this.#invocation.input = JSON.stringify(event);
    this.#process.run(event);
    await context.goOn();
    return { id: "saga", accepted: Promise.resolve(), untilRest: () => new Promise(() => undefined) };
  }

  async #resume(): Promise<void> {
    const { input } = this.#invocation;
    if (input === undefined) throw new StartRefused("unknown-definition", "It was not started.");
    await this.#process.resume(readEvent(this.#process.controller, JSON.parse(input)));
  }

  /** The connection to a process is lost, and it does not know. */
  async #lose(kept: number): Promise<void> {
    this.#process.context.end(false);
    this.#surroundings.lose(this.#records());
    this.#invocation.kill(kept);
    this.#process = this.#newProcess();
    await this.#resume();
  }

  #signal(asked: object): void {
    this.#invocation.signal(asked, (notification) => this.#process.context.tell(notification));
  }

  async #operate(request: OperationRequest): Promise<FoundSaga> {
    const found = this.#found;
    if (!found) throw noSuchSaga("saga");
    const operation = decideOperation(found, request, this.clock.now());
    const id = this.#invocation.newRequest();
    const verdict = Promise.withResolvers<Verdict>();
    this.#asked.set(id, verdict.resolve);
    this.#lastAsked = { id, operation, reply: id };
    this.#signal(this.#lastAsked);
    const decided = await verdict.promise;
    if (decided.allowed === "no-answer") throw new JournalError("The saga does not answer.");
    if (!decided.allowed) throw notAllowed(found.saga.id, decided);
    return this.#found ?? found;
  }
}
