import type { Controller } from "../definition/controller.ts";
import type { ParticipantState, SagaListener } from "../ports/engine.ts";
import type { Random } from "../ports/random.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { Chance } from "./chance.ts";
import type { Window } from "./plan.ts";
import type { KeptSaga, SharedEngine, SharedProcess, SharedRemains } from "./shared-process.ts";

/** The longest time that the disk takes for a write, in milliseconds. */
export const WRITE_MS_MAX = 5;

export interface OrchestratorPorts {
  /** The engine, before anything began. */
  readonly remains: SharedRemains;
  readonly clock: SimulatedClock;
  readonly chance: Chance;
  readonly random: Random;
  readonly controllers: readonly Controller[];
  /** When the disk writes nothing, in milliseconds since the epoch. */
  readonly stalls: readonly Window[];
  readonly listener: SagaListener;
  readonly onDefect: (error: unknown, sagaId: string) => void;
  readonly onCircuit: (state: ParticipantState) => void;
}

/** The orchestrator of many sagas: one process after the other, and what each leaves to the next. */
export class SharedOrchestrator {
  readonly #ports: OrchestratorPorts;
  #process: SharedProcess | undefined;
  #remains: SharedRemains;
  #isWriting = false;
  #nextId = "";
  #settled: Promise<unknown> = Promise.resolve();

  constructor(ports: OrchestratorPorts) {
    this.#ports = ports;
    this.#remains = ports.remains;
  }

  /** Undefined between a crash and the next start. */
  get engine(): SharedEngine | undefined {
    return this.#process?.engine;
  }

  /** Resolves when the last start or write has come to its end. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /** How many timers the living process has. */
  get timers(): number {
    return this.#process?.timers ?? 0;
  }

  /** What the journal holds, by saga. */
  get kept(): ReadonlyMap<string, KeptSaga> {
    return (this.#process ?? this.#remains).kept;
  }

  /** The next saga that starts has this id. */
  nameNext(id: string): void {
    this.#nextId = id;
  }

  /** Begins a process with what the last one left. It resumes its sagas. */
  begin(): void {
    const { clock, random, controllers, listener, onDefect, onCircuit } = this.#ports;
    const process: SharedProcess = this.#remains.live({
      clock,
      random,
      controllers,
      newId: () => this.#nextId,
      onCircuit,
      onDefect: (error, id) => {
        if (this.#process === process) onDefect(error, id);
      },
    });
    process.engine.subscribe((found, event) => {
      if (this.#process === process) listener(found, event);
    });
    this.#process = process;
    this.#settled = process.engine.resume();
  }

  /** Kills the process: any number of its unwritten records are lost. */
  kill(): void {
    const process = this.#process;
    if (!process) return;
    this.#remains = process.kill(this.#ports.chance.below(process.unwritten + 1));
    this.#process = undefined;
    this.#isWriting = false;
  }

  /** Begins to write what was appended, unless a write is under way. */
  write(): void {
    const process = this.#process;
    if (!process || this.#isWriting || process.unwritten === 0) return;
    const { clock, chance, stalls } = this.#ports;
    const now = clock.now();
    const stall = stalls.find(({ from, until }) => from <= now && now < until);
    this.#isWriting = true;
    clock.wakeAt((stall?.until ?? now) + 1 + chance.below(WRITE_MS_MAX), () => {
      if (this.#process !== process) return;
      this.#isWriting = false;
      this.#settled = Promise.resolve(process.write());
    });
  }
}
