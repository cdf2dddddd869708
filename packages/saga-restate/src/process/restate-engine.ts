import {
  type AcceptedSignal,
  Controller,
  type Drained,
  defaultGateLimits,
  type Engine,
  type FoundSaga,
  type HistoryEntry,
  type HistoryPage,
  type InputOf,
  type OperatedSaga,
  type OperatorNote,
  type ParticipantState,
  type Pause,
  type Refusal,
  type Resolution,
  type SagaIndex,
  type SagaListener,
  type SignalSender,
  type StartedAs,
  type StartedSaga,
  type StartOptions,
  type StartRequest,
  type TypedStarts,
} from "saga-core";
import {
  AutomaticPauses,
  newestFirst,
  noSuchDefinition,
  Observation,
  ParticipantGates,
  prepareStart,
  requestOf,
  SIGNAL_WAIT_MS_MAX_DEFAULT,
  SIGNALS_WAITING_MAX_DEFAULT,
  Stop,
  startedAs,
  UnreturnedCalls,
} from "saga-core/engine";
import { ServiceNames } from "../objects/service-names.ts";
import { RestateAdmin } from "../restate/restate-admin.ts";
import { type RecordedTimes, RestateIndex, type RestingCount } from "../restate/restate-index.ts";
import { RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { ChangeFeed } from "./change-feed.ts";
import { CompletionWaiters } from "./completion-waiters.ts";
import { delay } from "./delay.ts";
import { LocalSagas } from "./local-sagas.ts";
import { OutgoingCalls } from "./outgoing-calls.ts";
import { PauseCache } from "./pause-cache.ts";
import { register } from "./registration.ts";
import { Requests } from "./requests.ts";
import type { RestateEngineOptions } from "./restate-engine-options.ts";
import { SagaCache } from "./saga-cache.ts";
import { SagaNotices } from "./saga-notices.ts";
import { type Services, servicesOf } from "./services.ts";
import { Starts } from "./starts.ts";

/** How many sagas of a version of a definition need a human or wait. */
export interface DefinitionCount extends Omit<RestingCount, "service"> {
  readonly definition: string;
}

/**
 * Drives sagas on Restate (https://restate.dev). Each is a workflow, which any process that serves this installation's services may
 * continue. Its state is in Restate, so every process answers for every saga; a process caches its own sagas only to answer with more recent
 * ones.
 */
export class RestateEngine<Registered extends Controller = Controller> implements Engine, TypedStarts<Registered> {
  /** Lists the sagas of all processes. */
  readonly index: SagaIndex;
  /** The services that Restate calls; serve them with `listenForRestate`. */
  readonly services: Services;
  readonly #options: RestateEngineOptions;
  readonly #controllers: readonly Controller[];
  readonly #names: ServiceNames;
  readonly #ingress: RestateIngress;
  readonly #admin: RestateAdmin;
  readonly #written: RestateIndex;
  readonly #gates: ParticipantGates;
  readonly #pauses: PauseCache;
  readonly #automatic: AutomaticPauses;
  readonly #feed: ChangeFeed;
  readonly #observation: Observation;
  readonly #waiters: CompletionWaiters;
  readonly #calls = new OutgoingCalls();
  // A saga that waits for its call waits in Restate: nothing is resumed here.
  readonly #unreturned = new UnreturnedCalls();
  readonly #cache: SagaCache;
  readonly #starts: Starts;
  readonly #stop: Stop;
  readonly #requests: Requests;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: RestateEngineOptions<Registered>) {
    const { clock, onDefect, onCircuit = () => undefined, gateLimits = defaultGateLimits } = options;
    this.#options = options;
    this.#observation = new Observation(options.observers, onDefect);
    this.#stop = new Stop(clock);
    this.#controllers = newestFirst(options.controllers);
    const controllers = this.#controllers;
    const names = new ServiceNames(options.namespace);
    this.#names = names;
    const ingress = new RestateIngress(options.ingressUrl, names);
    this.#ingress = ingress;
    this.#admin = new RestateAdmin(options.adminUrl);
    this.#written = new RestateIndex(this.#admin, names);
    const local = new LocalSagas(options.sagasInFlightMax);
    this.#cache = new SagaCache({ controllers, names, ingress, written: this.#written, local });
    this.index = this.#cache;
    const onChange = (state: ParticipantState) => {
      this.#observation.circuitChanged(state);
      onCircuit(state);
    };
    // A saga that waits for a participant waits in Restate: the gates resume none.
    this.#gates = new ParticipantGates(gateLimits, { clock, resume: async () => undefined, onChange });
    this.#pauses = new PauseCache(ingress, clock);
    this.#automatic = new AutomaticPauses({
      limits: options.autoPause,
      clock,
      begin: (pause) => this.#pauses.begin(pause, options.newId()),
      end: (pause) => this.#pauses.endAutomatic(pause, options.newId()),
      onChange: options.onAutoPause ?? (() => undefined),
      onDefect,
    });
    this.#feed = new ChangeFeed({ index: this.#written, clock, history: (id, page) => this.#cache.history(id, page), onDefect });
    const notices = new SagaNotices({
      local,
      automatic: this.#automatic,
      feed: this.#feed,
      waiters: () => this.#waiters,
      observation: this.#observation,
      onEvent: options.onEvent,
      onDefect,
      get: (id) => this.get(id),
    });
    this.#waiters = new CompletionWaiters({
      ingress,
      clock,
      get: async (id) => (await this.get(id))?.saga,
      runsHere: (id) => (local.get(id)?.found.saga.seq ?? 0) > 1,
      ended: (id, events) => notices.ended(id, events),
    });
    const { newId, sagasInFlightMax, signalWaitMsMax = SIGNAL_WAIT_MS_MAX_DEFAULT } = options;
    const { signalsWaitingMax = SIGNALS_WAITING_MAX_DEFAULT } = options;
    const pauses = { pauses: this.#pauses, automatic: this.#automatic };
    const shared = { names, ingress, local, clock, newId, isDraining: () => this.#stop.hasBegun };
    this.#starts = new Starts({ ...shared, ...pauses, waiters: this.#waiters, sagasInFlightMax });
    const signals = { signalWaitMsMax, signalsWaitingMax };
    const unreturned = this.#unreturned;
    const looks = { get: (id: string) => this.get(id), history: (id: string, page: HistoryPage) => this.history(id, page) };
    this.#requests = new Requests({ ...shared, ...signals, ...looks, controllers, unreturned });
    this.services = servicesOf({
      controllers,
      names,
      clock,
      onDefect,
      gates: this.#gates,
      index: this.#written,
      random: options.random,
      retention: options.retention,
      deletionTime: options.deletionTime ?? clock,
      openMsBase: gateLimits.openMsBase,
      calls: this.#calls,
      stop: this.#stop,
      observation: this.#observation,
      unreturned,
      notify: (found, event, invocation) => notices.happened(found, event, invocation),
    });
  }

  /** Why Restate did not serve the last request; undefined when it did. */
  get failure(): string | undefined {
    return this.#ingress.failure;
  }

  /**
   * Registers with Restate the address at which this process serves `services`; Restate may then run sagas here. Resolves with the number of open
   * sagas.
   *
   * @param endpointUrl an address that Restate reaches; all processes of one release share it behind a balancer.
   * @throws FingerprintMismatch when a definition is not the one that its open sagas started with, or is missing at an address where they
   * run; JournalError when open sagas there have another driver version, or Restate does not accept the address.
   */
  async register(endpointUrl: string): Promise<number> {
    const { clock } = this.#options;
    const ports = { controllers: this.#controllers, names: this.#names, admin: this.#admin, ingress: this.#ingress, clock };
    const services = new Set(this.services.map(({ name }) => name));
    const open = await register({ ...ports, index: this.#written }, endpointUrl, services);
    this.#cache.setOpenAtStart(open);
    return open.size;
  }

  /** The times at which sagas changed last that are next to an instant, in milliseconds since the epoch, as far as they are written. */
  async recordedTimes(instant: number): Promise<RecordedTimes> {
    return await this.#written.recordedTimes(instant);
  }

  /** How many sagas of all processes need a human or wait, by definition, as far as that is written. */
  async restingCounts(): Promise<readonly DefinitionCount[]> {
    const counts = await this.#written.restingCounts();
    return counts.flatMap(({ service, ...count }) => {
      const controller = this.#controllers.find((each) => this.#names.sagas(each) === service);
      return controller ? [{ definition: controller.name, ...count }] : [];
    });
  }

  start(request: StartRequest): Promise<StartedSaga>;
  start<Of extends Registered>(controller: Of, input: InputOf<Of>, options?: StartOptions): Promise<StartedAs<Of>>;
  async start(
    what: StartRequest | Controller,
    input?: unknown,
    options?: StartOptions,
  ): Promise<StartedSaga | StartedAs<Controller>> {
    if (!(what instanceof Controller)) return await this.#start(what);
    return startedAs(what, await this.#start(requestOf(this.#controllers, what, { input, options })));
  }

  async get(id: string): Promise<FoundSaga | undefined> {
    return (await this.#cache.read(id))?.found;
  }

  /** Always empty: a saga whose version is not registered here runs at another address. */
  unreadable(): ReadonlySet<string> {
    return new Set();
  }

  participants(): readonly ParticipantState[] {
    return this.#gates.states;
  }

  async history(id: string, page?: HistoryPage): Promise<readonly HistoryEntry[] | undefined> {
    return (await this.#cache.history(id, page))?.entries;
  }

  async cancel(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#requests.operate(id, { type: "cancel", note });
  }

  async retry(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#requests.operate(id, { type: "retry", note });
  }

  async resolve(id: string, resolution: Resolution): Promise<OperatedSaga> {
    return await this.#requests.operate(id, { type: "resolve", resolution });
  }

  async signal(id: string, step: string, signal: unknown, sender: SignalSender = {}): Promise<AcceptedSignal> {
    return await this.#requests.signal(id, { step, signal, sender });
  }

  /** As `signal`, for the saga that holds a correlation. */
  async signalBy(
    ...[definition, step, correlation, signal, sender = {}]: Parameters<Engine["signalBy"]>
  ): Promise<AcceptedSignal> {
    return await this.#requests.signalBy(definition, correlation, { step, signal, sender });
  }

  async endWait(id: string, step: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#requests.operate(id, { type: "end-wait", step, note });
  }

  async acknowledge(id: string, note?: OperatorNote): Promise<OperatedSaga> {
    return await this.#requests.operate(id, { type: "acknowledge", note });
  }

  async noteRefusal(id: string, refusal: Refusal): Promise<void> {
    await this.#requests.operate(id, { type: "note-refusal", refusal });
  }

  async pauses(): Promise<readonly Pause[]> {
    return await this.#pauses.current();
  }

  knownPauses(): readonly Pause[] {
    return this.#pauses.known;
  }

  async pause(definition: string, note: OperatorNote = {}): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.begin({ definition, at: this.#options.clock.now(), ...note }, this.#options.newId());
  }

  async endPause(definition: string): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.end(definition, this.#options.newId());
  }

  /** Calls back with the events of all sagas: at once for those that run in this process, within seconds for the others. */
  subscribe(listener: SagaListener): () => void {
    return this.#feed.subscribe(listener);
  }

  /**
   * Starts nothing more, lets sagas that somebody waits for end within `graceMs`, and makes no further call that could not. Sagas under way
   * continue in another process, or when there is one again. Resolves when no call is under way, or cuts those that are at the end of
   * the grace.
   */
  async drain(graceMs: number): Promise<Drained> {
    this.#stop.begin(graceMs);
    const grace = delay(this.#options.clock, graceMs);
    const lookMs = Math.min(timings.lastLookMs, graceMs / 2);
    await this.#waiters.drain(graceMs - lookMs, lookMs);
    const callsCut = await this.#calls.stop(grace.over);
    grace.cancel();
    this.#feed.stop();
    this.#pauses.stop();
    return { callsCut };
  }

  async #start(request: StartRequest): Promise<StartedSaga> {
    try {
      return await this.#starts.start(prepareStart(this.#controllers, request), request);
    } catch (error) {
      this.#observation.startFailed(this.#controllers, request.definition, error);
      throw error;
    }
  }

  #refuseUnknown(definition: string): void {
    if (!this.#controllers.some(({ name }) => name === definition)) throw noSuchDefinition(definition);
  }
}
