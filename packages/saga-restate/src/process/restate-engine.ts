import {
  type Controller,
  type Drained,
  defaultGateLimits,
  type Engine,
  type FoundSaga,
  type HistoryEntry,
  type HistoryPage,
  type OperatorNote,
  type ParticipantState,
  type Pause,
  type Resolution,
  type Saga,
  type SagaEvent,
  type SagaIndex,
  type SagaListener,
  type StartedSaga,
  type StartRequest,
  statusOf,
} from "saga-core";
import {
  AutomaticPauses,
  isAtRest,
  newestFirst,
  noSuchDefinition,
  type OperationRequest,
  ParticipantGates,
  prepareStart,
  readHistory,
  Stop,
  UnreturnedCalls,
} from "saga-core/engine";
import { definitionPauses } from "../objects/definition-pauses.ts";
import { sagaStarts } from "../objects/saga-starts.ts";
import { ServiceNames } from "../objects/service-names.ts";
import { RestateAdmin } from "../restate/restate-admin.ts";
import { type RecordedTimes, RestateIndex } from "../restate/restate-index.ts";
import { RestateIngress } from "../restate/restate-ingress.ts";
import { timings } from "../timings.ts";
import { sagaWorkflow } from "../workflow/saga-workflow.ts";
import { ChangeFeed } from "./change-feed.ts";
import { CompletionWaiters } from "./completion-waiters.ts";
import { delay } from "./delay.ts";
import { LocalSagas } from "./local-sagas.ts";
import { operate } from "./operations.ts";
import { OutgoingCalls } from "./outgoing-calls.ts";
import { PauseCache } from "./pause-cache.ts";
import { register } from "./registration.ts";
import type { RestateEngineOptions } from "./restate-engine-options.ts";
import { SagaCache } from "./saga-cache.ts";
import { Starts } from "./starts.ts";

/**
 * Drives sagas on Restate (https://restate.dev). Each is a workflow, which any process that serves this installation's services may
 * continue. Its state is in Restate, so every process answers for every saga; a process caches its own sagas only to answer with more recent
 * ones.
 */
export class RestateEngine implements Engine {
  /** Lists the sagas of all processes. */
  readonly index: SagaIndex;
  /** The services that Restate calls; serve them with `listenForRestate`. */
  readonly services: readonly (
    | ReturnType<typeof sagaWorkflow>
    | ReturnType<typeof sagaStarts>
    | ReturnType<typeof definitionPauses>
  )[];
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
  readonly #waiters: CompletionWaiters;
  readonly #calls = new OutgoingCalls();
  // A saga that waits for its call waits in Restate: nothing is resumed here.
  readonly #unreturned = new UnreturnedCalls();
  readonly #local: LocalSagas;
  readonly #cache: SagaCache;
  readonly #starts: Starts;
  readonly #stop: Stop;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: RestateEngineOptions) {
    const { clock, onDefect, onCircuit = () => undefined, gateLimits = defaultGateLimits } = options;
    this.#options = options;
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
    this.#local = local;
    this.#cache = new SagaCache({ controllers, names, ingress, written: this.#written, local });
    this.index = this.#cache;
    // A saga that waits for a participant waits in Restate: the gates resume none.
    this.#gates = new ParticipantGates(gateLimits, { clock, resume: async () => undefined, onChange: onCircuit });
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
    this.#waiters = new CompletionWaiters({
      ingress,
      clock,
      get: async (id) => (await this.get(id))?.saga,
      runsHere: (id) => (local.get(id)?.found.saga.seq ?? 0) > 1,
      ended: (id, events) => this.#ended(id, events),
    });
    const { newId, sagasInFlightMax } = options;
    const pauses = { pauses: this.#pauses, automatic: this.#automatic };
    const startLimits = { sagasInFlightMax, ...pauses, isDraining: () => this.#stop.hasBegun };
    this.#starts = new Starts({ names, ingress, local, waiters: this.#waiters, clock, newId, ...startLimits });
    const ports = {
      names,
      clock,
      onDefect,
      gates: this.#gates,
      index: this.#written,
      random: options.random,
      retention: options.retention,
      openMsBase: gateLimits.openMsBase,
      calls: this.#calls,
      stop: this.#stop,
      unreturned: this.#unreturned,
      notify: (found: FoundSaga, event: SagaEvent, invocation: string) => this.#notify(found, event, invocation),
    };
    const workflows = controllers.map((controller) => sagaWorkflow(controller, ports));
    const { retention, deletionTime = clock } = options;
    const keptMs = Math.min(retention.keysMs, retention.sagasMs);
    this.services = [...workflows, sagaStarts(names, { keptMs, now: () => deletionTime.now() }), definitionPauses(names)];
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

  async start(request: StartRequest): Promise<StartedSaga> {
    return await this.#starts.start(prepareStart(this.#controllers, request), request);
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

  async #operate(id: string, request: OperationRequest): Promise<FoundSaga> {
    const ports = {
      clock: this.#options.clock,
      isDraining: () => this.#stop.hasBegun,
      unreturned: this.#unreturned,
      get: (sagaId: string) => this.get(sagaId),
      send: ({ controller, saga }: FoundSaga, operation: SagaEvent) => {
        const { invocation } = this.#local.get(saga.id) ?? {};
        const service = this.#names.sagas(controller);
        return this.#ingress.operate(service, saga.id, { operation, invocation }, this.#options.newId());
      },
    };
    return await operate(ports, id, request);
  }

  #refuseUnknown(definition: string): void {
    if (!this.#controllers.some(({ name }) => name === definition)) throw noSuchDefinition(definition);
  }

  /** The saga that a workflow ended with: from here where it ran here, otherwise from its events. */
  async #ended(id: string, events: readonly unknown[] | null): Promise<Saga | undefined> {
    const local = this.#local.get(id)?.found;
    // After its end the written record has everything.
    this.#local.forget(id);
    if (local && statusOf(local.saga) !== "needs_intervention" && isAtRest(local.saga)) return local.saga;
    if (local && events) return readHistory(local.controller, id, events).saga;
    return (await this.get(id))?.saga;
  }

  #notify(found: FoundSaga, event: SagaEvent, invocation: string): void {
    const { onEvent = () => undefined, onDefect } = this.#options;
    const { id, phase } = found.saga;
    try {
      if (this.#local.apply(found, event, invocation)) this.#automatic.note(found, event);
      onEvent(found, event);
      this.#feed.emit(found, event);
    } catch (error) {
      // A listener that throws must not stop the saga.
      onDefect(error, id);
    }
    // Restate itself reports an end to those who wait.
    if (phase.name === "needs-intervention") this.#waiters.needsHuman(id);
    else if (isAtRest(found.saga) && !this.#waiters.has(id)) this.#local.forget(id);
  }
}
