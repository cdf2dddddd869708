import { type FoundSaga, type SagaEvent, type StartedSaga, StartRefused } from "saga-core";
import { type Operation, type OperationRequest, type ParticipantGates, readEvent, Subscribers, startOf } from "saga-core/engine";
import { type Happening, type Life, type Remains, relative, type SimulatedEngine, type Surroundings } from "saga-core/testing";
import type { SignalledOperation, Verdict } from "../objects/messages.ts";
import { operate } from "../process/operations.ts";
import { SimulatedInvocation } from "./simulated-invocation.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { WrittenState } from "./written-state.ts";

const LONG_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A run has few failures, and long waits between them: it meets batches that repeat a call, and compaction, all the same. */
const repeats = { attemptsMin: 1, batchMsMax: 2 * HOUR_MS, unrecordedMsMax: HOUR_MS, reportsMax: 2, recordsMax: 2 };

/** The engine on Restate, for the explorer: its operations and its driver, over a simulation of what Restate keeps of one saga. */
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

/** Which saga of several it is, and what it shares with the others. */
export interface Together {
  readonly id: string;
  readonly gates: ParticipantGates;
}

/** A process that runs the saga's workflow. Earlier ones may still run it, when they do not notice that Restate has lost them. */
export class RestateLife implements Life {
  readonly clock: Surroundings["clock"];
  readonly engine: SimulatedEngine;
  readonly #invocation: SimulatedInvocation;
  readonly #surroundings: Surroundings;
  readonly #together: Together | undefined;
  readonly #subscribers: Subscribers;
  readonly #verdicts = new Map<string, (verdict: Verdict) => void>();
  /** The last operation, while it may still be sent again. */
  #lastOperation: SignalledOperation | undefined;
  readonly #events: SagaEvent[] = [];
  readonly #written = new WrittenState();
  #process: SimulatedProcess;
  #found: FoundSaga | undefined;

  /** @param together absent where the process runs one saga alone. */
  constructor(invocation: SimulatedInvocation, surroundings: Surroundings, together?: Together) {
    this.#together = together;
    this.clock = surroundings.clock;
    this.#invocation = invocation;
    this.#surroundings = surroundings;
    this.#subscribers = new Subscribers(surroundings.onDefect);
    this.#process = this.#newProcess();
    this.engine = {
      start: ({ input }) => this.#start(input),
      get: async () => this.#found,
      cancel: (id, note) => this.#operate(id, { type: "cancel", note }),
      retry: (id, note) => this.#operate(id, { type: "retry", note }),
      resolve: (id, resolution) => this.#operate(id, { type: "resolve", resolution }),
      subscribe: (listener) => this.#subscribers.subscribe(listener),
      drain: async () => ({ callsCut: await this.#process.calls.stop() }),
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
      [calls.isStopping, this.#lastOperation !== undefined, context.lateMs],
    ];
  }

  get mishaps(): Life["mishaps"] {
    const { clock } = this;
    const happenings: Happening[] = [
      {
        name: "the next batch begins a minute late",
        cost: 1,
        happen: () => this.#process.context.delay(MINUTE_MS),
      },
      { name: "Restate continues in another process, and this one does not notice", cost: 1, happen: () => this.#lose(0) },
    ];
    if (this.unwritten > 0) {
      happenings.push({
        name: "Restate continues in another process with what was written last, and this one does not notice",
        cost: 1,
        happen: () => this.#lose(this.unwritten),
      });
    }
    if (clock.isWaiting) happenings.push({ name: "five seconds pass", cost: 1, happen: () => clock.advanceBy(LONG_MS) });
    const operation = this.#lastOperation;
    if (operation) {
      happenings.push({
        name: "the operation is sent again",
        cost: 1,
        happen: () => {
          this.#lastOperation = undefined;
          this.#signal(operation);
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
      gates: this.#together?.gates,
      invocation: this.#invocation,
      repeats,
      onSet: (key, value) => this.#set(key, value),
      onVerdict: (id, verdict) => this.#verdicts.get(id)?.(verdict),
      onDefect: this.#surroundings.onDefect,
      notify: (found, event) => {
        // A replayed workflow emits its events again.
        if (found.saga.seq <= (this.#found?.saga.seq ?? 0)) return;
        this.#found = found;
        this.#events.push(event);
        this.#subscribers.notify(found, event);
      },
    });
  }

  #set(key: string, value: unknown): void {
    this.#written.set(key, value);
    if (this.#found) this.#written.check(key, this.#found);
  }

  async #start(input: unknown): Promise<StartedSaga> {
    const { controller, context } = this.#process;
    const id = this.#together?.id ?? "saga";
    const start = { at: this.clock.now(), id, input: {}, idempotencyKey: undefined, trace: undefined };
    const event = readEvent(controller, { ...startOf(controller, start), input });
    this.#invocation.input = JSON.stringify(event);
    this.#process.run(event);
    await context.goOn();
    return { id, accepted: Promise.resolve(), untilRest: () => new Promise(() => undefined) };
  }

  async #resume(): Promise<void> {
    const { input } = this.#invocation;
    if (input === undefined) throw new StartRefused("unknown-definition", "It was not started.");
    await this.#process.resume(readEvent(this.#process.controller, JSON.parse(input)));
  }

  /** Restate loses the connection to a process, which does not notice. */
  async #lose(kept: number): Promise<void> {
    this.#process.context.end(false);
    this.#surroundings.lose(this.#records());
    this.#invocation.kill(kept);
    this.#process = this.#newProcess();
    await this.#resume();
  }

  #signal(operation: SignalledOperation): void {
    this.#invocation.signal(operation, (notification) => this.#process.context.notify(notification));
  }

  async #operate(sagaId: string, request: OperationRequest): Promise<FoundSaga> {
    const ports = {
      clock: this.clock,
      // A stopping process still brings operations to the saga: another process answers them.
      isDraining: () => false,
      unreturned: this.#process.unreturned,
      get: async () => this.#found,
      send: (_found: FoundSaga, operation: Operation) => this.#send(operation),
    };
    return await operate(ports, sagaId, request);
  }

  #send(operation: Operation): Promise<Verdict> {
    const id = this.#invocation.newRequest();
    const verdict = Promise.withResolvers<Verdict>();
    this.#verdicts.set(id, verdict.resolve);
    this.#lastOperation = { id, operation, reply: id };
    this.#signal(this.#lastOperation);
    return verdict.promise;
  }
}
