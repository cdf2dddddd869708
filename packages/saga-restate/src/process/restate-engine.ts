import { setTimeout } from "node:timers/promises";
import {
  type Clock,
  type Controller,
  defaultGateLimits,
  type Engine,
  type FoundSaga,
  fold,
  type GateLimits,
  isAtRest,
  isJsonObject,
  JournalError,
  type JsonObject,
  newestFirst,
  type OperatorNote,
  ParticipantGates,
  type ParticipantState,
  type Pause,
  type Random,
  type Resolution,
  readInput,
  refuseOtherInput,
  type Saga,
  type SagaEvent,
  type SagaIndex,
  type SagaListener,
  type StartedSaga,
  StartRefused,
  type StartRequest,
  startOf,
  statusOf,
} from "saga-core";
import {
  decideOperation,
  drainingRefusal,
  noSuchDefinition,
  noSuchSaga,
  notAllowed,
  type OperationRequest,
} from "saga-core/engine";
import { z } from "zod";
import { definitionPauses } from "../objects/definition-pauses.ts";
import { DRIVER_VERSION, type StartUnderKey, type WorkflowInput } from "../objects/messages.ts";
import { readSaga } from "../objects/saga-record.ts";
import { sagaStarts } from "../objects/saga-starts.ts";
import { ServiceNames } from "../objects/service-names.ts";
import { RestateAdmin } from "../restate/restate-admin.ts";
import { RestateIndex } from "../restate/restate-index.ts";
import { RestateIngress } from "../restate/restate-ingress.ts";
import { sagaWorkflow } from "../workflow/saga-workflow.ts";
import { Changes } from "./change-feed.ts";
import { RestWaits } from "./completion-waiters.ts";
import { LocalSagas } from "./local-sagas.ts";
import { CallsUnderWay } from "./outgoing-calls.ts";
import { KnownPauses } from "./pause-cache.ts";
import { KnownSagas } from "./saga-cache.ts";

export interface RestateEngineOptions {
  readonly controllers: readonly Controller[];
  readonly ingressUrl: string;
  readonly adminUrl: string;
  /** What all of this installation's services in Restate begin with. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Gives an id that sorts after all earlier ones: UUIDv7. */
  readonly newId: () => string;
  /** Starts that wait in this process beyond which a further one is refused as overload. */
  readonly sagasInFlightMax: number;
  /** What one participant is burdened with by this process, and when it is taken for dead. */
  readonly gateLimits?: GateLimits;
  /** For how long what is over is kept, in milliseconds: a saga, and its Idempotency-Key. */
  readonly retention: { readonly sagasMs: number; readonly keysMs: number };
  readonly onDefect: (error: unknown, sagaId: string) => void;
  readonly onCircuit?: (state: ParticipantState) => void;
  /** Told of every event of the sagas that run in this process; again where one is run again. */
  readonly onEvent?: SagaListener;
}

/**
 * Drives sagas on Restate (https://restate.dev): each is a workflow, which any process that serves this installation's services goes on with. What
 * counts is in Restate, so that any process answers for any saga; what this one remembers of its own only makes its answers fresher.
 */
export class RestateEngine implements Engine {
  readonly index: SagaIndex;
  /** The services that Restate calls, for an endpoint that it reaches. */
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
  readonly #gates: ParticipantGates;
  readonly #pauses: KnownPauses;
  readonly #changes: Changes;
  readonly #rests: RestWaits;
  readonly #calls = new CallsUnderWay();
  readonly #written: RestateIndex;
  readonly #local: LocalSagas;
  readonly #known: KnownSagas;
  #isDraining = false;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: RestateEngineOptions) {
    const { clock, random, onCircuit = () => undefined, gateLimits = defaultGateLimits } = options;
    this.#options = options;
    this.#controllers = newestFirst(options.controllers);
    this.#names = new ServiceNames(options.namespace);
    this.#ingress = new RestateIngress(options.ingressUrl, this.#names);
    this.#admin = new RestateAdmin(options.adminUrl);
    this.#written = new RestateIndex(this.#admin, this.#names);
    this.#local = new LocalSagas(options.sagasInFlightMax);
    this.#known = new KnownSagas({
      controllers: this.#controllers,
      names: this.#names,
      ingress: this.#ingress,
      written: this.#written,
      local: this.#local,
    });
    this.index = this.#known;
    // A saga that waits for a participant waits in Restate: none is taken up here.
    this.#gates = new ParticipantGates(gateLimits, { clock, resume: async () => undefined, onChange: onCircuit });
    this.#pauses = new KnownPauses(this.#ingress, clock);
    this.#changes = new Changes({
      index: this.#written,
      clock,
      read: (id) => this.#known.read(id),
      onError: (error) => options.onDefect(error, ""),
    });
    this.#rests = new RestWaits({
      ingress: this.#ingress,
      clock,
      look: async (id) => (await this.get(id))?.saga,
      runsHere: (id) => (this.#local.get(id)?.events.length ?? 0) > 1,
      ended: (id, events) => this.#ended(id, events),
    });
    const ports = {
      ...options,
      gates: this.#gates,
      clock,
      random,
      names: this.#names,
      openMsBase: gateLimits.openMsBase,
      calls: this.#calls,
      notify: (found: FoundSaga, event: SagaEvent, invocation: string) => this.#notify(found, event, invocation),
    };
    this.services = [
      ...this.#controllers.map((controller) => sagaWorkflow(controller, ports)),
      sagaStarts(this.#names),
      definitionPauses(this.#names),
    ];
  }

  /** Why the last request to Restate was not served; undefined when it was. */
  get failure(): string | undefined {
    return this.#ingress.failure;
  }

  /**
   * Tells Restate where this process serves `services`: from then on it may run sagas here. Resolves with how many sagas are open.
   *
   * @throws FingerprintMismatch when a definition is not the one that its open sagas started with, or is missing at an address where they run;
   * JournalError when Restate does not take it.
   */
  async register(endpointUrl: string): Promise<number> {
    for (const controller of this.#controllers) {
      await this.#admin.refuseOtherFingerprint(this.#names.sagas(controller), controller);
    }
    const ours = new Set(this.services.map(({ name }) => name));
    await this.#admin.refuseToLeaveBehind(
      endpointUrl,
      (service) => service.startsWith(this.#names.sagasPrefix) && !ours.has(service),
    );
    await this.#admin.refuseOtherDriver(endpointUrl, this.#names.sagasPrefix);
    await this.#admin.register(endpointUrl);
    await this.#untilKnown();
    const open = new Set(await this.#written.open());
    this.#known.wereOpen(open);
    return open.size;
  }

  /** What is registered at one node is known to all a moment later; until then they refuse it. */
  async #untilKnown(): Promise<void> {
    for (let asked = 1; ; asked += 1) {
      try {
        await this.#ingress.pauses();
        return;
      } catch (error) {
        if (asked >= ASKED_MAX) throw error;
        await setTimeout(ASK_AGAIN_MS);
      }
    }
  }

  async start(request: StartRequest): Promise<StartedSaga> {
    const controller = this.#controllers.find(({ name }) => name === request.definition);
    if (!controller) throw new StartRefused("unknown-definition", `There is no definition "${request.definition}".`);
    const input = readInput(controller, request.input);
    const { idempotencyKey } = request;
    if (idempotencyKey !== undefined) return await this.#startUnderKey(controller, input, idempotencyKey, request);
    const refusal = await this.#refusalOf(controller);
    if (refusal) throw refusal;
    return this.#startNew(controller, input, request);
  }

  async get(id: string): Promise<FoundSaga | undefined> {
    return (await this.#known.read(id))?.found;
  }

  /** A version that is not registered here runs where it is: nothing is stuck for that. */
  unreadable(): ReadonlySet<string> {
    return new Set();
  }

  participants(): readonly ParticipantState[] {
    return this.#gates.states;
  }

  async history(id: string): Promise<readonly SagaEvent[] | undefined> {
    return (await this.#known.read(id))?.events;
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
    return await this.#pauses.now();
  }

  async pause(definition: string, note: OperatorNote = {}): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.begin({ definition, at: this.#options.clock.now(), ...note }, this.#options.newId());
  }

  async endPause(definition: string): Promise<void> {
    this.#refuseUnknown(definition);
    await this.#pauses.end(definition, this.#options.newId());
  }

  /** Calls back with the events of all sagas: of those that run in this process at once, of the others within seconds. */
  subscribe(listener: SagaListener): () => void {
    return this.#changes.subscribe(listener);
  }

  /**
   * Starts nothing more, lets those who wait for a saga have its end for as long as `graceMs`, and then makes no further call. Sagas under way
   * go on in another process, or when there is one again. Resolves when no call is under way.
   */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    await this.#rests.end(graceMs);
    await this.#calls.stop();
    this.#changes.end();
    this.#pauses.stop();
  }

  async #startUnderKey(controller: Controller, input: JsonObject, key: string, request: StartRequest): Promise<StartedSaga> {
    const refusal = await this.#refusalOf(controller);
    const { id, service, workflow } = this.#begin(controller, input, request);
    const start = { id, service, definition: controller.name, input: JSON.stringify(input) };
    // A key that has its saga gets it, whatever refuses a new one.
    let first: StartUnderKey | undefined;
    try {
      first = await this.#ingress.startUnderKey(key, start, refusal ? undefined : workflow);
    } finally {
      if (first?.id !== id) this.#withdraw(id);
    }
    if (!first) throw refusal ?? new TypeError("Restate started nothing under a key of which it knows nothing.");
    refuseOtherInput(controller, input, { definition: first.definition, input: jsonObjectSchema.parse(JSON.parse(first.input)) });
    const { id: sagaId, service: sagaService } = first;
    return { id: sagaId, accepted: Promise.resolve(), untilRest: () => this.#rests.of(sagaService, sagaId) };
  }

  #startNew(controller: Controller, input: JsonObject, request: StartRequest): StartedSaga {
    const { id, service, workflow } = this.#begin(controller, input, request);
    const rests = this.#rests;
    const run = (signal: AbortSignal) => this.#ingress.run(service, id, workflow, signal);
    // Whoever waits asks once for the start and the end.
    const awaited = request.isAwaited ? rests.of(service, id, run) : undefined;
    let accepted = request.isAwaited ? undefined : this.#ingress.submit(service, id, workflow);
    // Whoever waits is told; nobody has to.
    for (const told of [awaited, accepted]) told?.catch(() => this.#withdraw(id));
    const accept = () => {
      // Submitted again it starts nothing: Restate tells that it is there.
      accepted ??= this.#ingress.submit(service, id, workflow);
      return accepted;
    };
    return {
      id,
      get accepted() {
        return accept();
      },
      untilRest: () => awaited ?? accept().then(() => rests.of(service, id)),
    };
  }

  /** It was not started, as far as is known here. */
  #withdraw(id: string): void {
    if (this.#local.get(id)?.invocation !== undefined) return;
    this.#local.forget(id);
  }

  /** A new saga, as its workflow is started. */
  #begin(controller: Controller, input: JsonObject, { idempotencyKey, trace }: StartRequest) {
    const { clock, newId } = this.#options;
    const id = newId();
    const started = startOf(controller, { at: clock.now(), id, input, idempotencyKey, trace });
    const saga = fold(controller, [started]);
    if (saga) this.#local.begins({ saga, controller }, started);
    const workflow: WorkflowInput = { started, driverVersion: DRIVER_VERSION };
    return { id, service: this.#names.sagas(controller), workflow };
  }

  /** Why no saga of a definition is started now. */
  async #refusalOf({ name }: Controller): Promise<StartRefused | undefined> {
    const { sagasInFlightMax } = this.#options;
    if (this.#isDraining) return new StartRefused("draining", "The orchestrator is stopping and starts no saga.");
    if (this.#rests.count >= sagasInFlightMax) {
      return new StartRefused("overloaded", `${sagasInFlightMax} starts wait for their sagas, which is the limit.`);
    }
    if (!(await this.#pauses.now()).some(({ definition }) => definition === name)) return undefined;
    return new StartRefused("paused", `The definition "${name}" is paused: no saga of it starts until it is resumed.`);
  }

  #refuseUnknown(definition: string): void {
    if (this.#controllers.some(({ name }) => name === definition)) return;
    throw noSuchDefinition(definition);
  }

  /** Sends what a person asks to the saga's workflow, which decides; here it is only decided what is certain already. */
  async #operate(id: string, request: OperationRequest): Promise<FoundSaga> {
    if (this.#isDraining) throw drainingRefusal();
    const found = await this.get(id);
    if (!found) throw noSuchSaga(id);
    const { controller, saga } = found;
    // What is refused now may be allowed in a moment, but it was requested now.
    const operation = decideOperation(found, request, this.#options.clock.now());
    const { invocation } = this.#local.get(saga.id) ?? {};
    const service = this.#names.sagas(controller);
    const verdict = await this.#ingress.operate(service, saga.id, { operation, invocation }, this.#options.newId());
    if (verdict.allowed === "no-answer") {
      throw new JournalError(`Saga ${id} does not answer: no process that has its version runs it, or it was killed at Restate.`);
    }
    if (!verdict.allowed) throw notAllowed(id, verdict);
    return (await this.get(id)) ?? { controller, saga };
  }

  /** The saga that a workflow ended with: where it ran here, its end is known. */
  async #ended(id: string, events: readonly unknown[] | null): Promise<Saga | undefined> {
    const local = this.#local.get(id)?.found;
    // From its end on, what is written is all there is to know.
    this.#local.forget(id);
    if (local && statusOf(local.saga) !== "needs_intervention" && isAtRest(local.saga)) return local.saga;
    if (local && events) return readSaga(local.controller, id, events).saga;
    return (await this.get(id))?.saga;
  }

  #notify(found: FoundSaga, event: SagaEvent, invocation: string): void {
    const { onEvent = () => undefined, onDefect } = this.#options;
    const { id, phase } = found.saga;
    try {
      this.#local.happened(found, event, invocation);
      onEvent(found, event);
      this.#changes.happened(found, event);
      // Of an end Restate tells itself.
      if (phase.name === "needs-intervention") this.#rests.needsHuman(id);
      else if (isAtRest(found.saga) && !this.#rests.has(id)) this.#local.forget(id);
    } catch (error) {
      // What somebody makes of an event is no reason to stop the saga.
      onDefect(error, id);
    }
  }
}

const ASK_AGAIN_MS = 100;
const ASKED_MAX = 50;

const jsonObjectSchema = z.custom<JsonObject>(isJsonObject);
