import type {
  AcceptedSignal,
  Drained,
  Engine,
  FoundSaga,
  HistoryEntry,
  HistoryPage,
  OperatedSaga,
  OperatorNote,
  ParticipantState,
  Pause,
  Refusal,
  Resolution,
  SagaListener,
  SignalSender,
  StartedSaga,
  StartRequest,
} from "saga-core";
import type { TracedEngineOptions } from "./traced-engine-options.ts";
import { TracedOperations } from "./traced-operations.ts";
import { TracedStarts } from "./traced-starts.ts";

/** An engine whose starts, operations and signals are traced. */
export class TracedEngine implements Engine {
  readonly #engine: Engine;
  readonly #starts: TracedStarts;
  readonly #operations: TracedOperations;

  constructor(engine: Engine, options: TracedEngineOptions) {
    this.#engine = engine;
    this.#starts = new TracedStarts(engine, options);
    this.#operations = new TracedOperations(options);
  }

  start(request: StartRequest): Promise<StartedSaga> {
    return this.#starts.start(request);
  }

  cancel(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return this.#operations.make({ name: "cancel", id }, () => this.#engine.cancel(id, note));
  }

  retry(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return this.#operations.make({ name: "retry", id }, () => this.#engine.retry(id, note));
  }

  resolve(id: string, resolution: Resolution): Promise<OperatedSaga> {
    const { step, applied } = resolution;
    return this.#operations.make({ name: "resolve", id, step, applied }, () => this.#engine.resolve(id, resolution));
  }

  endWait(id: string, step: string, note?: OperatorNote): Promise<OperatedSaga> {
    return this.#operations.make({ name: "end-wait", id, step }, () => this.#engine.endWait(id, step, note));
  }

  acknowledge(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return this.#operations.make({ name: "acknowledge", id }, () => this.#engine.acknowledge(id, note));
  }

  noteRefusal(id: string, refusal: Refusal): Promise<void> {
    return this.#engine.noteRefusal(id, refusal);
  }

  signal(id: string, step: string, signal: unknown, sender?: SignalSender): Promise<AcceptedSignal> {
    return this.#operations.make({ name: "signal", id, step }, () => this.#engine.signal(id, step, signal, sender));
  }

  signalBy(...by: Parameters<Engine["signalBy"]>): Promise<AcceptedSignal> {
    const [, step] = by;
    return this.#operations.make({ name: "signal", step }, () => this.#engine.signalBy(...by));
  }

  get(id: string): Promise<FoundSaga | undefined> {
    return this.#engine.get(id);
  }

  unreadable(): ReadonlySet<string> {
    return this.#engine.unreadable();
  }

  participants(): readonly ParticipantState[] {
    return this.#engine.participants();
  }

  history(id: string, page?: HistoryPage): Promise<readonly HistoryEntry[] | undefined> {
    return this.#engine.history(id, page);
  }

  pauses(): Promise<readonly Pause[]> {
    return this.#engine.pauses();
  }

  knownPauses(): readonly Pause[] {
    return this.#engine.knownPauses();
  }

  pause(definition: string, note?: OperatorNote): Promise<void> {
    return this.#engine.pause(definition, note);
  }

  endPause(definition: string): Promise<void> {
    return this.#engine.endPause(definition);
  }

  subscribe(listener: SagaListener): () => void {
    return this.#engine.subscribe(listener);
  }

  drain(graceMs: number): Promise<Drained> {
    return this.#engine.drain(graceMs);
  }
}
