import { type FoundSaga, type SagaEvent, type StartedSaga, StartRefused, type StartRequest } from "saga-core";
import {
  type OperationRequest,
  type ParticipantGates,
  prepareStart,
  readEvent,
  Subscribers,
  startOf,
  transition,
} from "saga-core/engine";
import { type Happening, type Life, type Remains, relative, type SimulatedEngine, type Surroundings } from "saga-core/testing";
import type { SignalledOperation, Verdict } from "../objects/messages.ts";
import { RECORD_KEY, readRecord } from "../objects/saga-record.ts";
import { operate } from "../process/operations.ts";
import { SignalIntake } from "../process/signals.ts";
import { decideAfterEnd } from "../workflow/ended-saga.ts";
import type { FromOutside } from "../workflow/judge.ts";
import { type KeptByRestate, newKept } from "./kept-by-restate.ts";
import type { SimulatedInvocation } from "./simulated-invocation.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { WrittenState } from "./written-state.ts";

/** The id of the saga that is simulated alone. */
const SAGA = "saga";
const LONG_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A run has few failures, and long waits between them: it meets batches that repeat a call, and compaction, all the same. */
const repeats = { attemptsMin: 1, batchMsMax: 2 * HOUR_MS, unrecordedMsMax: HOUR_MS, reportsMax: 2, recordsMax: 2 };

/** The engine on Restate, for the explorer: its operations and its driver, over a simulation of what Restate keeps of one saga. */
export function onRestate(): Remains {
  return remainsOf(newKept(), []);
}

function remainsOf(kept: KeptByRestate, records: readonly { readonly text: string }[]): Remains {
  return {
    records,
    snapshot: [kept.invocation.snapshot, kept.later.snapshot, [...kept.holders]],
    live: (surroundings) => new RestateLife(kept, surroundings),
  };
}

/** An operation whose sender waits for the verdict. */
interface Undecided {
  readonly operation: FromOutside;
  readonly resolve: (verdict: Verdict) => void;
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
  readonly #kept: KeptByRestate;
  readonly #invocation: SimulatedInvocation;
  readonly #surroundings: Surroundings;
  readonly #together: Together | undefined;
  readonly #subscribers: Subscribers;
  /** The operations whose senders have no verdict. */
  readonly #undecided = new Map<string, Undecided>();
  /** The last operation, while it may still be sent again. */
  #lastOperation: SignalledOperation | undefined;
  readonly #events: SagaEvent[] = [];
  readonly #written = new WrittenState();
  /** Whether another saga claims the correlations first. */
  #isOvertaken = false;
  #process: SimulatedProcess;
  #found: FoundSaga | undefined;

  /** @param together absent where the process runs one saga alone. */
  constructor(kept: KeptByRestate, surroundings: Surroundings, together?: Together) {
    this.#together = together;
    this.clock = surroundings.clock;
    this.#kept = kept;
    this.#invocation = kept.invocation;
    this.#surroundings = surroundings;
    this.#subscribers = new Subscribers(surroundings.onDefect);
    this.#process = this.#newProcess();
    const signals = new SignalIntake({
      controllers: [],
      clock: this.clock,
      isDraining: () => false,
      holders: { now: async () => undefined, find: () => Promise.reject(new TypeError("Signals come by id here.")) },
      get: async () => this.#found,
      send: (_found, signal) => this.#send(signal),
      writtenSeq: async () => undefined,
    });
    this.engine = {
      start: (request) => this.#start(request),
      get: async () => this.#found,
      cancel: (id, note) => this.#operate(id, { type: "cancel", note }),
      retry: (id, note) => this.#operate(id, { type: "retry", note }),
      resolve: (id, resolution) => this.#operate(id, { type: "resolve", resolution }),
      signal: (id, step, signal, sender = {}) => signals.signal(id, { step, signal, sender }),
      endWait: (id, step, note) => this.#operate(id, { type: "end-wait", step, note }),
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
      [this.#kept.later.snapshot, [...this.#kept.holders], this.#isOvertaken],
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
    const claims = this.#process.controller.handlers.some((handler) => "correlation" in handler);
    if (claims && !this.#isOvertaken && this.#kept.holders.size === 0) {
      const happen = () => {
        this.#isOvertaken = true;
      };
      happenings.push({ name: "another saga claims the correlation first", cost: 1, happen });
    }
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

  async write(): Promise<void> {
    await this.#process.write();
    await this.#sendAfterEnd();
  }

  kill(kept: number): Remains {
    this.#process.context.end(true);
    this.#invocation.kill(kept);
    return remainsOf(this.#kept, this.#records());
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
      onVerdict: (id, verdict) => this.#decided(id, verdict),
      onClaim: (key) => this.#claim(key),
      onDefect: this.#surroundings.onDefect,
      notify: (found, event) => this.#note(found, event),
    });
  }

  #note(found: FoundSaga, event: SagaEvent): void {
    // A replayed workflow emits its events again.
    if (found.saga.seq <= (this.#found?.saga.seq ?? 0)) return;
    this.#found = found;
    this.#events.push(event);
    this.#subscribers.notify(found, event);
  }

  #claim(key: string): string {
    const { holders } = this.#kept;
    const holder = holders.get(key) ?? (this.#isOvertaken ? "another" : SAGA);
    holders.set(key, holder);
    return holder;
  }

  #set(key: string, value: unknown): void {
    this.#written.set(key, value);
    if (this.#found) this.#written.check(key, this.#found);
  }

  async #start(request: StartRequest): Promise<StartedSaga> {
    const { controller, context } = this.#process;
    const id = this.#together?.id ?? SAGA;
    const { controller: _same, ...origin } = prepareStart([controller], request);
    const event = startOf(controller, { at: this.clock.now(), id, ...origin });
    this.#invocation.input = JSON.stringify(event);
    this.#process.run(event);
    await context.goOn();
    return { id, accepted: Promise.resolve(), untilRest: () => new Promise(() => undefined) };
  }

  async #resume(): Promise<void> {
    const { input } = this.#invocation;
    if (input === undefined) throw new StartRefused("unknown-definition", "It was not started.");
    await this.#process.resume(readEvent(this.#process.controller, JSON.parse(input)));
    this.#noteLater();
  }

  /** What came after the end, as those see it who look. */
  #noteLater(): void {
    if (!this.#hasEnded) return;
    const { seq } = readRecord(SAGA, this.#written.get(RECORD_KEY));
    const { controller } = this.#process;
    for (const [index, raw] of this.#kept.later.events.entries()) {
      const { saga } = this.#found ?? {};
      if (!saga || saga.seq > seq + index) continue;
      const event = readEvent(controller, raw);
      this.#note({ saga: transition(controller, saga, event).saga, controller }, event);
    }
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
      send: (_found: FoundSaga, operation: FromOutside) => this.#send(operation),
      writtenSeq: async () => undefined,
    };
    return await operate(ports, sagaId, request);
  }

  #send(operation: FromOutside): Promise<Verdict> {
    const id = this.#invocation.newRequest();
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.#undecided.set(id, { operation, resolve });
    if (this.#hasEnded) {
      this.#sendAfterEnd().catch(this.#surroundings.onDefect);
    } else {
      this.#lastOperation = { id, operation, reply: id };
      this.#signal(this.#lastOperation);
    }
    return promise;
  }

  #decided(id: string, verdict: Verdict): void {
    this.#undecided.get(id)?.resolve(verdict);
    this.#undecided.delete(id);
  }

  get #hasEnded(): boolean {
    const name = this.#found?.saga.phase.name;
    return name === "completed" || name === "cancelled";
  }

  /** An operation that the workflow has not answered is sent again, and finds that the saga has ended. */
  async #sendAfterEnd(): Promise<void> {
    if (!this.#hasEnded) return;
    const { controller } = this.#process;
    const ended = { id: SAGA, get: async (key: string) => this.#written.get(key), later: this.#kept.later };
    for (const [id, { operation }] of [...this.#undecided]) {
      const verdict = await decideAfterEnd(ended, controller, operation);
      this.#noteLater();
      this.#decided(id, verdict);
    }
  }
}
