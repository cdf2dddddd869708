import type { Controller } from "../definition/controller.ts";
import type { JsonObject } from "../json.ts";
import { observed } from "../observed.ts";
import type { Clock } from "../ports/clock.ts";
import {
  type Engine,
  type FoundSaga,
  type ParticipantState,
  type Resolution,
  type SagaListener,
  type StartedSaga,
  type StartRequest,
  UnreadableSaga,
} from "../ports/engine.ts";
import { type Journal, JournalError, type Pause } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import type { OperatorNote, SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import { decideOperation, type OperationRequest } from "./decide-operation.ts";
import { defaultGateLimits, type GateLimits } from "./participant-gate.ts";
import { ParticipantGates } from "./participant-gates.ts";
import { Pauses } from "./pauses.ts";
import { ReadingBack } from "./reading-back.ts";
import { drainingRefusal, noSuchDefinition, noSuchSaga, startRefusal } from "./refusals.ts";
import { Rests } from "./rests.ts";
import { SagaReader } from "./saga-reader.ts";
import { type Left, SagaRun, type SagaRunPorts } from "./saga-run.ts";
import { Sleepers } from "./sleepers.ts";
import { newestFirst, prepareStart, refuseOtherInput, startOf } from "./start.ts";
import { type Start, StartsByKey } from "./starts-by-key.ts";
import { Subscribers } from "./subscribers.ts";
import { Turns } from "./turns.ts";

export interface EmbeddedEngineOptions {
  readonly controllers: readonly Controller[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  /** Gives an id that sorts after all earlier ones: UUIDv7. */
  readonly newId: () => string;
  /** Sagas in memory beyond which a start is refused as overload. One that waits for long, or for a dead participant, takes no memory. */
  readonly sagasInFlightMax: number;
  /** What one participant is burdened with, and when it is taken for dead. */
  readonly gateLimits?: GateLimits;
  /** Told of a defect: a saga that it stopped stays as it is recorded until the next start. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
  /** Told when a participant is taken for dead, tried again, or found alive. */
  readonly onCircuit?: (state: ParticipantState) => void;
}

/** How often a drain looks whether it waits for a disk that cannot be written. */
const DISK_CHECK_MS = 250;

/** Drives sagas in this process, from a journal that this process owns alone (rule 10). */
export class EmbeddedEngine implements Engine {
  readonly #controllers: readonly Controller[];
  readonly #options: EmbeddedEngineOptions;
  readonly #reader: SagaReader;
  readonly #runs = new Map<string, SagaRun>();
  readonly #sleepers: Sleepers;
  readonly #gates: ParticipantGates;
  readonly #startsByKey = new StartsByKey((key) => this.#findByKey(key));
  readonly #subscribers: Subscribers;
  readonly #pauses: Pauses;
  readonly #rests = new Rests((id) => this.#overOf(id));
  readonly #turns = new Turns();
  readonly #readingBack: ReadingBack;
  readonly #ports: SagaRunPorts;
  /** What is not at rest and cannot be read. */
  readonly #unreadable = new Map<string, FoundSaga>();
  /** Sagas that a defect stopped: they stay as they are recorded until the next start. */
  readonly #stopped = new Map<string, unknown>();
  #emptied: PromiseWithResolvers<void> | undefined;
  #isDraining = false;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: EmbeddedEngineOptions) {
    const { journal, clock, random, gateLimits = defaultGateLimits, onCircuit = () => undefined } = options;
    this.#options = options;
    this.#controllers = newestFirst(options.controllers);
    this.#reader = new SagaReader(this.#controllers, journal);
    this.#pauses = new Pauses(journal);
    this.#subscribers = new Subscribers(options.onDefect);
    this.#readingBack = new ReadingBack({
      ...options,
      takeUp: (id) => this.#takeUp(id),
      isAsleep: (id) => this.#sleepers.has(id),
      isStopping: () => this.#isDraining,
    });
    this.#sleepers = new Sleepers(clock, (id) => this.#readingBack.due(id));
    this.#gates = new ParticipantGates(gateLimits, {
      clock,
      resume: (id) => this.#readingBack.forParticipant(id),
      onChange: onCircuit,
    });
    this.#ports = {
      journal,
      clock,
      random,
      gateOf: (participant) => this.#gates.of(participant),
      notify: (found, event) => this.#subscribers.notify(found, event),
      onLeft: (run, left) => this.#left(run, left),
    };
  }

  /**
   * Goes on with every saga that an earlier process left unfinished: oldest first, a bounded number at a time, beside new ones. Call it
   * once, before the first start. Resolves with how many there are.
   *
   * @throws FingerprintMismatch when a definition is not the one that its open sagas started with.
   */
  async resume(): Promise<number> {
    const unfinished = await this.#reader.countUnfinished();
    await this.#pauses.read();
    this.#readingBack.resumeAll().catch((error: unknown) => this.#options.onDefect(error, ""));
    return unfinished;
  }

  async start(request: StartRequest): Promise<StartedSaga> {
    const { controller, input } = prepareStart(this.#controllers, request);
    const { idempotencyKey } = request;
    if (idempotencyKey === undefined) return this.#begin(controller, input, request).started;
    const { saga, started } = await this.#startsByKey.once(idempotencyKey, () => this.#begin(controller, input, request));
    refuseOtherInput(controller, input, saga);
    return started;
  }

  unreadable(): ReadonlySet<string> {
    return new Set(this.#unreadable.keys());
  }

  participants(): readonly ParticipantState[] {
    return this.#gates.states;
  }

  async get(id: string): Promise<FoundSaga | undefined> {
    const unreadable = this.#unreadable.get(id);
    if (unreadable) return unreadable;
    const run = this.#runs.get(id);
    if (!run) return await this.#reader.load(id);
    const { saga, controller, sagaBeforeRest } = run;
    // Nobody is told of an end that a crash could still change (rule 5), nor waits for a disk that cannot be written.
    if (isAtRest(saga) && this.#options.journal.failure) return { saga: sagaBeforeRest, controller };
    if (isAtRest(saga)) await run.durable(saga.seq);
    return { saga, controller };
  }

  async history(id: string): Promise<readonly SagaEvent[] | undefined> {
    const found = await this.get(id);
    if (!found) return undefined;
    const told = await this.#durablyAt(found.saga);
    return (await this.#reader.history(id))?.slice(0, told);
  }

  /** How many of a saga's records are durable, once all are of which `saga` was made; while nothing can be written, as many as are. */
  async #durablyAt({ id, seq }: Saga): Promise<number> {
    const { journal } = this.#options;
    const run = this.#runs.get(id);
    if (journal.failure) return Math.min(seq, run?.durableSeq ?? seq);
    await (run ? run.durable(seq) : journal.durable());
    return seq;
  }

  async cancel(id: string, note?: OperatorNote): Promise<FoundSaga> {
    return await this.#operate(id, { type: "cancel", note });
  }

  async retry(id: string, note?: OperatorNote): Promise<FoundSaga> {
    return await this.#operate(id, { type: "retry", note });
  }

  async resolve(id: string, resolution: Resolution): Promise<FoundSaga> {
    return await this.#operate(id, { type: "resolve", resolution });
  }

  async pauses(): Promise<readonly Pause[]> {
    return this.#pauses.all;
  }

  async pause(definition: string, note: OperatorNote = {}): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.begin(definition, this.#options.clock.now(), note);
  }

  async endPause(definition: string): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.end(definition);
  }

  #refuseUnknown(definition: string): void {
    if (this.#controllers.some(({ name }) => name === definition)) return;
    throw noSuchDefinition(definition);
  }

  subscribe(listener: SagaListener): () => void {
    return this.#subscribers.subscribe(listener);
  }

  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const { clock } = this.#options;
    const grace = Promise.withResolvers<void>();
    const cancelGrace = clock.wakeAt(clock.now() + graceMs, grace.resolve);
    await Promise.race([this.#allLeft(), grace.promise]);
    cancelGrace();
    for (const run of this.#runs.values()) run.halt();
    try {
      await this.#allOnDisk();
    } finally {
      this.#sleepers.clear();
      // What sleeps is not at rest: whoever waits for it learns where it stands.
      this.#rests.tellAll();
    }
  }

  /** Takes in what a person asks for, and resolves when that is durable. */
  async #operate(id: string, request: OperationRequest): Promise<FoundSaga> {
    this.#refuseOperations();
    const run = await this.#turns.alone(id, async () => {
      let found = await this.#find(id);
      // It may have gone to sleep a moment ago.
      while (found instanceof SagaRun && found.isLeft) found = await this.#find(id);
      return this.#take(id, found, request);
    });
    const { saga, controller } = run;
    await run.durable(saga.seq);
    return { saga, controller };
  }

  #refuseOperations(): void {
    if (this.#isDraining) throw drainingRefusal();
    const { failure } = this.#options.journal;
    if (failure) throw failure;
  }

  #take(id: string, found: SagaRun | FoundSaga | undefined, request: OperationRequest): SagaRun {
    if (!found) throw noSuchSaga(id);
    this.#refuseOperations();
    const { saga, controller } = found;
    const operation = decideOperation({ saga, controller }, request, this.#options.clock.now());
    if (!(found instanceof SagaRun)) return this.#run(controller, { saga, event: operation });
    found.take(operation);
    return found;
  }

  /**
   * What runs; or else, once a run that has come to rest is forgotten, what the journal holds of a saga that is at rest or waits. Any other
   * one is made to run first.
   */
  async #find(id: string): Promise<SagaRun | FoundSaga | undefined> {
    for (;;) {
      const run = this.#runs.get(id);
      if (run && !isAtRest(run.saga)) return run;
      if (run) await run.durable(run.saga.seq);
      if (this.#stopped.has(id)) throw this.#stopped.get(id);
      const found = this.#unreadable.get(id) ?? (await this.#reader.load(id));
      if (!found || isAtRest(found.saga) || this.#isWhole(found.saga) || this.#isDraining) return found;
      if (!this.#runs.has(id)) this.#wake(found);
    }
  }

  #begin(controller: Controller, input: JsonObject, { idempotencyKey, trace }: StartRequest): Start {
    const { clock, newId, sagasInFlightMax, journal } = this.#options;
    const refusal = startRefusal(controller.name, {
      isDraining: this.#isDraining,
      isPaused: this.#pauses.has(controller.name),
      failure: journal.failure,
      counted: "sagas are in flight",
      count: this.#runs.size,
      countMax: sagasInFlightMax,
    });
    if (refusal) throw refusal;
    const run = this.#run(controller, {
      saga: undefined,
      event: startOf(controller, { at: clock.now(), id: newId(), input, idempotencyKey, trace }),
    });
    const accepted = observed(run.durable(1));
    return { saga: run.saga, started: this.#started(run.saga.id, accepted) };
  }

  async #findByKey(key: string): Promise<Start | undefined> {
    const id = await this.#options.journal.idOfKey(key);
    const found = id === undefined ? undefined : (this.#runs.get(id) ?? (await this.#reader.load(id)));
    if (id === undefined || !found) return undefined;
    return { saga: found.saga, started: this.#started(id, Promise.resolve()) };
  }

  /** Of whom nobody waits for its rest, nothing is remembered while it sleeps. */
  #started(id: string, accepted: Promise<void>): StartedSaga {
    return { id, accepted, untilRest: () => this.#rests.of(id) };
  }

  /** A saga of which no more is to be heard in this process: it is at rest, or stopped where it is. */
  async #overOf(id: string): Promise<Saga | undefined> {
    if (this.#stopped.has(id)) throw this.#stopped.get(id);
    if (this.#runs.has(id)) return undefined;
    const found = await this.#reader.load(id);
    if (!found) throw new JournalError(`Saga ${id} could not be written: there is no such saga.`);
    return isAtRest(found.saga) || this.#isDraining ? found.saga : undefined;
  }

  #run(controller: Controller, origin: { readonly saga: Saga | undefined; readonly event: SagaEvent }): SagaRun {
    const run = new SagaRun(controller, this.#ports, origin);
    const { id } = run.saga;
    this.#runs.set(id, run);
    this.#sleepers.forget(id);
    this.#gates.forget(id);
    run.go();
    return run;
  }

  /** Goes on with a saga that is not in memory: one that slept wakes, one of an earlier process is resumed. */
  #wake({ saga, controller }: FoundSaga): SagaRun {
    const at = this.#options.clock.now();
    const isAsleep = this.#sleepers.has(saga.id) && !saga.isParked;
    return this.#run(controller, { saga, event: { type: isAsleep ? "woken" : "resumed", at } });
  }

  /** Whether the journal has all of what was done for it, so that it goes on from there: it slept in this process, or was parked. */
  #isWhole({ id, isParked }: Saga): boolean {
    return this.#sleepers.has(id) || isParked === true;
  }

  #left(run: SagaRun, left: Left): void {
    const { saga } = run;
    const { id } = saga;
    this.#runs.delete(id);
    this.#readingBack.left(run);
    if (this.#runs.size === 0) this.#emptied?.resolve();
    switch (left.why) {
      case "at-rest":
      case "halted":
        this.#rests.resolve(saga);
        return;
      case "asleep":
        this.#sleepers.add(id, left.until);
        left.gate?.park(id);
        return;
      case "not-begun":
        this.#rests.reject(id, left.error);
        return;
      case "stopped":
        this.#stopped.set(id, left.error);
        this.#rests.reject(id, left.error);
        this.#options.onDefect(left.error, id);
        return;
    }
  }

  /** Reads a saga back and goes on with it; not when it has gone on already. */
  async #takeUp(id: string): Promise<SagaRun | undefined> {
    return await this.#turns.alone(id, async () => {
      if (this.#runs.has(id) || this.#stopped.has(id) || this.#isDraining) return undefined;
      try {
        const found = await this.#reader.load(id);
        return !found || isAtRest(found.saga) || this.#isDraining ? undefined : this.#wake(found);
      } catch (error) {
        if (!(error instanceof UnreadableSaga)) throw error;
        this.#unreadable.set(id, await this.#reader.standInFor(id));
        this.#sleepers.forget(id);
        this.#rests.reject(id, error);
        this.#options.onDefect(error, id);
        return undefined;
      }
    });
  }

  async #allLeft(): Promise<void> {
    while (this.#runs.size > 0) {
      this.#emptied ??= Promise.withResolvers<void>();
      await this.#emptied.promise;
      this.#emptied = undefined;
    }
  }

  /** Waits for the calls under way and for the disk; not for a disk that cannot be written. */
  async #allOnDisk(): Promise<void> {
    const { journal, clock } = this.#options;
    let isDone = false;
    const done = this.#allLeft()
      .then(() => journal.durable())
      .then(() => {
        isDone = true;
      });
    while (!isDone) {
      const checked = Promise.withResolvers<void>();
      const cancel = clock.wakeAt(clock.now() + DISK_CHECK_MS, checked.resolve);
      await Promise.race([done, checked.promise]);
      cancel();
      if (!isDone && journal.failure && ![...this.#runs.values()].some(({ isSending }) => isSending)) throw journal.failure;
    }
  }
}
