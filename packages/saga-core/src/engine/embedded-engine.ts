import { callTimeoutOf } from "../definition/call-timeout.ts";
import { Controller } from "../definition/controller.ts";
import type { InputOf } from "../definition/data-of.ts";
import {
  type Drained,
  type Engine,
  type FoundSaga,
  type HistoryEntry,
  type HistoryPage,
  type OperatedSaga,
  type ParticipantState,
  type Resolution,
  type SagaListener,
  type StartedSaga,
  type StartRequest,
  UnreadableSaga,
} from "../ports/engine.ts";
import type { Pause } from "../ports/journal.ts";
import type { AcceptedSignal, SignalSender } from "../ports/signals.ts";
import type { StartedAs, StartOptions, TypedStarts } from "../ports/typed-starts.ts";
import type { OperatorNote } from "../transition/event.ts";
import type { Refusal } from "../transition/refusal.ts";
import { isAtRest } from "../transition/transition.ts";
import { openWait } from "../transition/waits.ts";
import { Admissions } from "./admissions.ts";
import { AutomaticPauses } from "./automatic-pauses.ts";
import { CompletionWaiters } from "./completion-waiters.ts";
import { Correlations, SIGNAL_WAIT_MS_MAX_DEFAULT, SIGNALS_WAITING_MAX_DEFAULT } from "./correlations.ts";
import { drainRuns } from "./drain.ts";
import type { EmbeddedEngineOptions } from "./embedded-engine-options.ts";
import { KeyedMutex } from "./keyed-mutex.ts";
import { NotedEvents } from "./noted-events.ts";
import { Observation } from "./observation.ts";
import { Operations } from "./operations.ts";
import { defaultGateLimits } from "./participant-gate.ts";
import { ParticipantGates } from "./participant-gates.ts";
import { Pauses } from "./pauses.ts";
import { noSuchDefinition } from "./refusals.ts";
import { Resumer } from "./resumer.ts";
import type { Detachment, Origin } from "./run-position.ts";
import { SagaLookup } from "./saga-lookup.ts";
import { SagaPlaces } from "./saga-places.ts";
import { type ReadSaga, SagaReader } from "./saga-reader.ts";
import { SagaRun } from "./saga-run.ts";
import type { SagaRunPorts } from "./saga-run-ports.ts";
import { SagaRuns } from "./saga-runs.ts";
import { SignalIntake } from "./signal-intake.ts";
import { SleepingSagas } from "./sleeping-sagas.ts";
import { newestFirst } from "./start.ts";
import { StartCorrelations } from "./start-correlations.ts";
import { Starts } from "./starts.ts";
import { Stop } from "./stop.ts";
import { Subscribers } from "./subscribers.ts";
import { requestOf, startedAs } from "./typed-start.ts";
import { UnreturnedCalls } from "./unreturned-calls.ts";
import { WakeTimers } from "./wake-timers.ts";

/**
 * The engine that drives sagas in this process, with a journal that this process alone owns (rule 10). Call `resume` once, before the first
 * start, and `drain` before the process ends.
 */
export class EmbeddedEngine<Registered extends Controller = Controller> implements Engine, TypedStarts<Registered> {
  readonly #controllers: readonly Controller[];
  readonly #options: EmbeddedEngineOptions;
  readonly #reader: SagaReader;
  readonly #lookup: SagaLookup;
  readonly #runs = new SagaRuns();
  readonly #timers: WakeTimers;
  readonly #gates: ParticipantGates;
  readonly #unreturned = new UnreturnedCalls((id) => this.#resumer.due(id));
  readonly #starts: Starts;
  readonly #subscribers: Subscribers;
  readonly #observation: Observation;
  readonly #pauses: Pauses;
  readonly #automatic: AutomaticPauses;
  readonly #admissions: Admissions;
  readonly #waiters = new CompletionWaiters((id) => this.#lookup.endedHere(id));
  readonly #mutex = new KeyedMutex();
  readonly #resumer: Resumer;
  readonly #operations: Operations;
  readonly #sleeping: SleepingSagas;
  readonly #signals: SignalIntake;
  readonly #ports: SagaRunPorts<SagaRun>;
  readonly #stop: Stop;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: EmbeddedEngineOptions<Registered>) {
    const { journal, clock, random, onDefect, gateLimits = defaultGateLimits, onCircuit = () => undefined } = options;
    this.#options = options;
    this.#stop = new Stop(clock);
    this.#controllers = newestFirst(options.controllers);
    this.#reader = new SagaReader(this.#controllers, journal);
    this.#pauses = new Pauses(journal);
    this.#automatic = new AutomaticPauses({
      limits: options.autoPause,
      clock,
      begin: (pause) => this.#pauses.begin(pause),
      end: (pause) => this.#pauses.endAutomatic(pause),
      onChange: options.onAutoPause ?? (() => undefined),
      onDefect,
    });
    this.#subscribers = new Subscribers(onDefect);
    this.#observation = new Observation(options.observers, onDefect);
    this.#subscribers.subscribe((found, event) => this.#observation.happened(found, event));
    this.#subscribers.subscribe((found, event) => this.#automatic.note(found, event));
    this.#admissions = new Admissions(clock, gateLimits.callsInFlightMax);
    this.#subscribers.subscribe((found, event) => this.#admissions.note(found, event));
    this.#resumer = new Resumer({
      ...options,
      resume: (id) => this.#resume(id),
      isAsleep: (id) => this.#timers.has(id),
      isStopping: () => this.#isDraining,
    });
    this.#timers = new WakeTimers(clock, (id) => this.#resumer.due(id));
    this.#gates = new ParticipantGates(gateLimits, {
      clock,
      resume: (id) => this.#resumer.forParticipant(id),
      onChange: (state) => {
        this.#observation.circuitChanged(state);
        onCircuit(state);
      },
    });
    const correlations = new Correlations({
      journal,
      clock,
      onDefect,
      signalWaitMsMax: options.signalWaitMsMax ?? SIGNAL_WAIT_MS_MAX_DEFAULT,
      signalsWaitingMax: options.signalsWaitingMax ?? SIGNALS_WAITING_MAX_DEFAULT,
      refuse: (id, step, holder) => this.#signals.refuseCorrelation(id, step, holder),
    });
    this.#sleeping = new SleepingSagas({ journal, clock, timers: this.#timers, correlations });
    const shared = {
      journal,
      clock,
      reader: this.#reader,
      runs: this.#runs,
      unreturned: this.#unreturned,
      isDraining: () => this.#isDraining,
      run: (controller: Controller, origin: Origin) => this.#run(controller, origin),
    };
    this.#lookup = new SagaLookup(shared);
    this.#starts = new Starts({
      ...options,
      ...shared,
      controllers: this.#controllers,
      pauses: this.#pauses,
      automatic: this.#automatic,
      admissions: this.#admissions,
      waiters: this.#waiters,
      correlations: new StartCorrelations(journal),
    });
    const places = new SagaPlaces({
      ...shared,
      mutex: this.#mutex,
      load: (id) => this.#lookup.load(id),
      isWhole: (found) => this.#sleeping.isWhole(found),
      resume: (found) => this.#goOn(found),
    });
    const noted = new NotedEvents({ journal, notify: (found, event) => this.#subscribers.notify(found, event) });
    this.#operations = new Operations({ ...shared, places, noted });
    const standInFor = (id: string) => this.#reader.standInFor(id);
    this.#signals = new SignalIntake({ ...shared, places, noted, correlations, controllers: this.#controllers, standInFor });
    this.#ports = {
      journal,
      clock,
      random,
      gateOf: (participant) => this.#gates.of(participant),
      observation: this.#observation,
      stop: this.#stop,
      unreturned: this.#unreturned,
      failureRecordsMax: options.failureRecordsMax,
      notify: (found, event) => this.#subscribers.notify(found, event),
      onClaims: (saga, claims) => correlations.claimed(saga, claims),
      onListen: (saga, listen) => correlations.check(saga, listen),
      onDetached: (run, detachment) => this.#detached(run, detachment),
    };
  }

  /**
   * Goes on with every saga that an earlier process left unfinished: oldest first, a bounded number at a time, while new ones start.
   * Call it once, before the first start. Resolves with their number.
   *
   * @throws FingerprintMismatch when a definition is not the one that its open sagas started with.
   */
  async resume(): Promise<number> {
    const unfinished = await this.#reader.countUnfinished();
    await this.#pauses.read([...new Set(this.#controllers.map(({ name }) => name))]);
    this.#automatic.see(this.#pauses.all);
    this.#resumer.resumeAll().catch((error: unknown) => this.#options.onDefect(error, ""));
    return unfinished;
  }

  start(request: StartRequest): Promise<StartedSaga>;
  start<Of extends Registered>(controller: Of, input: InputOf<Of>, options?: StartOptions): Promise<StartedAs<Of>>;
  async start(
    what: StartRequest | Controller,
    input?: unknown,
    options?: StartOptions,
  ): Promise<StartedSaga | StartedAs<Controller>> {
    const request = what instanceof Controller ? requestOf(this.#controllers, what, { input, options }) : what;
    try {
      const started = await this.#starts.start(request);
      return what instanceof Controller ? startedAs(what, started) : started;
    } catch (error) {
      this.#observation.startFailed(this.#controllers, request.definition, error);
      throw error;
    }
  }

  unreadable(): ReadonlySet<string> {
    return this.#lookup.unreadable;
  }

  participants(): readonly ParticipantState[] {
    return this.#gates.states;
  }

  async get(id: string): Promise<FoundSaga | undefined> {
    return await this.#lookup.get(id);
  }

  async history(id: string, page?: HistoryPage): Promise<readonly HistoryEntry[] | undefined> {
    return await this.#lookup.history(id, page);
  }

  async cancel(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#operations.operate(id, { type: "cancel", note });
  }

  async retry(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#operations.operate(id, { type: "retry", note });
  }

  async resolve(id: string, resolution: Resolution): Promise<OperatedSaga> {
    return await this.#operations.operate(id, { type: "resolve", resolution });
  }

  async signal(id: string, step: string, signal: unknown, sender: SignalSender = {}): Promise<AcceptedSignal> {
    return await this.#signals.signal(id, { step, signal, sender });
  }

  /** As `signal`, for the saga that holds a correlation. */
  async signalBy(
    ...[definition, step, correlation, signal, sender = {}]: Parameters<Engine["signalBy"]>
  ): Promise<AcceptedSignal> {
    return await this.#signals.signalBy(definition, correlation, { step, signal, sender });
  }

  async endWait(id: string, step: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#operations.operate(id, { type: "end-wait", step, note });
  }

  async acknowledge(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#operations.operate(id, { type: "acknowledge", note });
  }

  async noteRefusal(id: string, refusal: Refusal): Promise<void> {
    await this.#operations.operate(id, { type: "note-refusal", refusal });
  }

  async pauses(): Promise<readonly Pause[]> {
    return this.#pauses.all;
  }

  knownPauses(): readonly Pause[] {
    return this.#pauses.all;
  }

  async pause(definition: string, note: OperatorNote = {}): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.begin({ definition, at: this.#options.clock.now(), ...note });
  }

  async endPause(definition: string): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.end(definition);
  }

  subscribe(listener: SagaListener): () => void {
    return this.#subscribers.subscribe(listener);
  }

  async drain(graceMs: number): Promise<Drained> {
    const { clock, journal } = this.#options;
    const stopsAt = this.#stop.begin(graceMs);
    const callMsMin = Math.min(...this.#controllers.flatMap(({ handlers }) => handlers.map(callTimeoutOf)));
    try {
      return await drainRuns({ runs: this.#runs, clock, journal, callMsMin }, stopsAt);
    } catch (error) {
      for (const { saga } of this.#runs.all) this.#waiters.giveUp(saga, error);
      throw error;
    } finally {
      this.#timers.cancelAll();
      // A saga that sleeps is not at rest: its waiters get it as it is.
      this.#waiters.checkAll();
    }
  }

  get #isDraining(): boolean {
    return this.#stop.hasBegun;
  }

  #refuseUnknown(definition: string): void {
    if (!this.#controllers.some(({ name }) => name === definition)) throw noSuchDefinition(definition);
  }

  #run(controller: Controller, origin: Origin): SagaRun {
    const run = new SagaRun(controller, this.#ports, origin);
    const { id } = run.saga;
    this.#runs.add(run);
    this.#timers.cancel(id);
    this.#gates.forget(id);
    this.#unreturned.forget(id);
    run.go();
    return run;
  }

  /** Goes on with a saga that is not in memory: one that slept wakes, one of an earlier process is resumed. */
  #goOn(found: ReadSaga): SagaRun {
    const { saga, controller, failures } = found;
    return this.#run(controller, { saga, failures, event: this.#sleeping.wakingEvent(found) });
  }

  #detached(run: SagaRun, detachment: Detachment): void {
    const { saga } = run;
    const { id } = saga;
    this.#runs.remove(run);
    this.#resumer.detached(run);
    if (detachment.why !== "asleep" || openWait(run.controller, saga)) this.#admissions.forget(saga);
    switch (detachment.why) {
      case "at-rest":
      case "halted":
        this.#waiters.resolve(saga);
        return;
      case "asleep":
        this.#timers.set(id, detachment.until);
        detachment.place?.park(id);
        return;
      case "not-begun":
        this.#waiters.reject(id, detachment.error);
        return;
      case "stopped":
        this.#lookup.noteStopped(id, detachment.error);
        this.#waiters.reject(id, detachment.error);
        this.#options.onDefect(detachment.error, id);
        return;
    }
  }

  #noteRead(found: ReadSaga | undefined): ReadSaga | undefined {
    if (found?.compactable?.length) this.#options.journal.compact(found.saga.id, found.compactable);
    if (found) this.#observation.read(found);
    return found;
  }

  /** Reads a saga and goes on with it, unless it has gone on already. */
  async #resume(id: string): Promise<SagaRun | undefined> {
    return await this.#mutex.run(id, async () => {
      if (this.#runs.has(id) || this.#lookup.isStopped(id) || this.#isDraining) return undefined;
      try {
        const found = this.#noteRead(await this.#reader.load(id));
        if (!found || isAtRest(found.saga) || this.#isDraining) return undefined;
        return this.#sleeping.sleepsOn(found) ? undefined : this.#goOn(found);
      } catch (error) {
        if (!(error instanceof UnreadableSaga)) throw error;
        await this.#lookup.noteUnreadable(id);
        this.#timers.cancel(id);
        this.#waiters.reject(id, error);
        this.#options.onDefect(error, id);
        return undefined;
      }
    });
  }
}
