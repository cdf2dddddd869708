import type { Action } from "../definition/attempt.ts";
import type { Controller } from "../definition/controller.ts";
import { DefinitionError, FingerprintMismatch } from "../definition/definition-error.ts";
import { parseStable, SchemaError } from "../definition/schema.ts";
import { termsOf } from "../definition/terms.ts";
import { UnregisteredController } from "../definition/unregistered-controller.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Clock } from "../ports/clock.ts";
import {
  type Answer,
  type Engine,
  type FoundSaga,
  OperationRefused,
  type SagaListener,
  type StartedSaga,
  StartRefused,
  type StartRequest,
  UnreadableSaga,
} from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import type { Random } from "../ports/random.ts";
import { choiceOf } from "../transition/choices.ts";
import type { Asking, Operation, SagaEvent } from "../transition/event.ts";
import { readEvent, readUnregisteredStart } from "../transition/read-event.ts";
import type { Saga } from "../transition/saga.ts";
import { fold, isAtRest, parkUnregistered } from "../transition/transition.ts";
import { SagaRun, type SagaRunPorts } from "./saga-run.ts";

export interface EmbeddedEngineOptions {
  readonly controllers: readonly Controller[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  /** Gives an id that sorts after all earlier ones: UUIDv7. */
  readonly newId: () => string;
  /** Sagas in memory beyond which a start is refused as overload. */
  readonly sagasInFlightMax: number;
  /** Told of a defect: a saga that it stopped stays as it is recorded until the next start; after a JournalError, all do. */
  readonly onDefect: (error: unknown, sagaId: string) => void;
}

/** Drives sagas in this process, from a journal that this process owns alone (rule 10). */
export class EmbeddedEngine implements Engine {
  readonly #controllers: readonly Controller[];
  readonly #options: EmbeddedEngineOptions;
  readonly #runs = new Map<string, SagaRun>();
  readonly #startsByKey = new Map<string, Promise<Start>>();
  readonly #listeners = new Set<SagaListener>();
  readonly #ports: SagaRunPorts;
  /** What is not at rest and runs a version that is not registered. */
  readonly #unregistered = new Map<string, FoundSaga>();
  #isDraining = false;

  /** @throws DefinitionError when two definitions have the same name and version. */
  constructor(options: EmbeddedEngineOptions) {
    const { journal, clock, random, onDefect } = options;
    this.#options = options;
    // The newest version first: it is the one that new sagas start with (rule 11).
    this.#controllers = options.controllers.toSorted((one, other) => other.version - one.version);
    refuseSameVersions(this.#controllers);
    this.#ports = {
      journal,
      clock,
      random,
      notify: (found, event) => this.#notify(found, event),
      onDefect,
    };
  }

  /**
   * Reads back every saga that is not at rest, oldest first, and goes on with it. Call it once, before the first start.
   *
   * @throws FingerprintMismatch when a definition is not the one that its running sagas started with.
   */
  async resume(): Promise<number> {
    const ids = await this.#options.journal.due(Number.MAX_SAFE_INTEGER);
    let resumed = 0;
    for (const id of ids) {
      if (this.#isDraining) break;
      try {
        const found = await this.#load(id);
        if (!found || isAtRest(found.saga)) continue;
        this.#run(found.controller, { saga: found.saga, event: { type: "resumed", at: this.#options.clock.now() } });
        resumed += 1;
      } catch (error) {
        // The same version with another fingerprint: nothing of it may go on (rule 11).
        if (error instanceof UnreadableSaga && error.cause instanceof FingerprintMismatch) throw error.cause;
        if (error instanceof UnreadableSaga) await this.#parkUnregistered(id);
        this.#options.onDefect(error, id);
      }
    }
    return resumed;
  }

  async start(request: StartRequest): Promise<StartedSaga> {
    const controller = this.#controllers.find(({ name }) => name === request.definition);
    if (!controller) throw new StartRefused("unknown-definition", `There is no definition "${request.definition}".`);
    const input = readInput(controller, request.input);
    const { idempotencyKey } = request;
    if (idempotencyKey === undefined) return startOf(this.#begin(controller, input, request)).started;
    const { saga, started } = await this.#startOnce(idempotencyKey, () => this.#begin(controller, input, request));
    if (saga.definition !== controller.name || JSON.stringify(saga.input) !== JSON.stringify(input)) {
      throw new StartRefused("key-reused", "This Idempotency-Key already started a saga with another body.");
    }
    return started;
  }

  unregistered(): ReadonlySet<string> {
    return new Set(this.#unregistered.keys());
  }

  async get(id: string): Promise<FoundSaga | undefined> {
    const unregistered = this.#unregistered.get(id);
    if (unregistered) return unregistered;
    const run = this.#runs.get(id);
    if (!run) return await this.#load(id);
    const { saga, controller } = run;
    // Nobody is told of an end that a crash could still change (rule 5).
    if (isAtRest(saga)) await run.durable(saga.seq);
    return { saga, controller };
  }

  async history(id: string): Promise<readonly SagaEvent[] | undefined> {
    return (await this.#read(id))?.events;
  }

  async cancel(id: string, asking: Asking = {}): Promise<FoundSaga> {
    return await this.#operate(id, (at) => ({ type: "cancel-requested", at, ...asking }));
  }

  async retry(id: string, asking: Asking = {}): Promise<FoundSaga> {
    return await this.#operate(id, (at) => ({ type: "retry-requested", at, ...asking }));
  }

  async resolve(id: string, { step, applied, result, ...asking }: Answer): Promise<FoundSaga> {
    return await this.#operate(id, (at, found) => ({
      type: "resolved",
      at,
      step,
      action: actionOf(found),
      applied,
      result: applied ? readResult(found, step, result) : {},
      ...asking,
    }));
  }

  /** Takes in what a person asks for, and resolves when that is durable. */
  async #operate(id: string, operationOf: (at: number, found: FoundSaga) => Operation): Promise<FoundSaga> {
    const unregistered = this.#unregistered.get(id);
    if (unregistered) {
      const { definition, version } = unregistered.saga;
      throw new OperationRefused(
        "not-allowed",
        `This cannot be asked of saga ${id}: its ${definition} version ${version} is not registered here.`,
      );
    }
    let found = await this.#find(id);
    while (!this.#isCurrent(id, found)) found = await this.#find(id);
    if (!found) throw new OperationRefused("not-found", `There is no saga ${id}.`);
    if (this.#isDraining) throw new OperationRefused("draining", "The orchestrator is stopping.");
    const { saga, controller } = found;
    const operation = operationOf(this.#options.clock.now(), { saga, controller });
    const choice = choiceOf(controller, saga, operation);
    if (!choice.allowed)
      throw new OperationRefused("not-allowed", `This cannot be asked of saga ${id}: ${choice.reason}.`, choice.from);
    if (found instanceof SagaRun) found.take(operation);
    const operated = found instanceof SagaRun ? found : this.#run(controller, { saga, event: operation });
    const after = { saga: operated.saga, controller };
    await operated.durable(saga.seq + 1);
    return after;
  }

  /** What runs, or else what the journal holds. A run at rest is about to be forgotten, and goes on from the journal. */
  async #find(id: string): Promise<SagaRun | FoundSaga | undefined> {
    const run = this.#runs.get(id);
    if (run && !isAtRest(run.saga)) return run;
    if (run) await run.rest;
    return await this.#load(id);
  }

  /** Whether what was found is still what is there: somebody else may have asked for something meanwhile. */
  #isCurrent(id: string, found: SagaRun | FoundSaga | undefined): boolean {
    return found instanceof SagaRun ? !isAtRest(found.saga) : !this.#runs.has(id);
  }

  subscribe(listener: SagaListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const { clock, journal } = this.#options;
    const grace = Promise.withResolvers<void>();
    const cancelGrace = clock.wakeAt(clock.now() + graceMs, grace.resolve);
    await Promise.race([this.#allAtRest(), grace.promise]);
    cancelGrace();
    for (const run of this.#runs.values()) run.halt();
    await this.#allAtRest();
    await journal.durable();
  }

  async #allAtRest(): Promise<void> {
    await Promise.allSettled([...this.#runs.values()].map((run) => run.rest));
  }

  #notify(found: FoundSaga, event: SagaEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(found, event);
      } catch (error) {
        // What somebody makes of an event is no reason to stop the saga.
        this.#options.onDefect(error, found.saga.id);
      }
    }
  }

  #begin(controller: Controller, input: JsonObject, { idempotencyKey, trace }: StartRequest): SagaRun {
    const { clock, newId, sagasInFlightMax } = this.#options;
    if (this.#isDraining) throw new StartRefused("draining", "The orchestrator is stopping and starts no saga.");
    if (this.#runs.size >= sagasInFlightMax) {
      throw new StartRefused("overloaded", `${sagasInFlightMax} sagas are in flight, which is the limit.`);
    }
    return this.#run(controller, {
      saga: undefined,
      event: {
        type: "started",
        at: clock.now(),
        id: newId(),
        definition: controller.name,
        version: controller.version,
        input,
        policy: controller.policy,
        fingerprint: controller.fingerprint,
        terms: controller.handlers.map(termsOf),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
        ...(trace && { trace }),
      },
    });
  }

  #run(controller: Controller, origin: { readonly saga: Saga | undefined; readonly event: SagaEvent }): SagaRun {
    const run = new SagaRun(controller, this.#ports, origin);
    const { id } = run.saga;
    this.#runs.set(id, run);
    const forget = () => this.#runs.delete(id);
    // A saga that a defect stopped is in the journal; the defect was told when it happened.
    run.rest.then((saga) => isAtRest(saga) && forget(), forget);
    return run;
  }

  /** Exactly one saga per key: a concurrent start joins the one under way, a later one finds it in the journal (rule 7). */
  async #startOnce(key: string, begin: () => SagaRun): Promise<Start> {
    const joined = this.#startsByKey.get(key);
    if (joined !== undefined) return await joined;
    const starting = this.#findByKey(key).then((found) => found ?? startOf(begin()));
    this.#startsByKey.set(key, starting);
    try {
      const start = await starting;
      // From here on the journal finds it.
      await start.started.accepted;
      return start;
    } finally {
      this.#startsByKey.delete(key);
    }
  }

  async #findByKey(key: string): Promise<Start | undefined> {
    const id = await this.#options.journal.idOfKey(key);
    if (id === undefined) return undefined;
    const run = this.#runs.get(id);
    if (run) return startOf(run);
    const saga = (await this.#load(id))?.saga;
    return saga && { saga, started: { id, accepted: Promise.resolve(), rest: Promise.resolve(saga) } };
  }

  /** What cannot be read because its version is not registered needs a human: nothing is done for it until it is (rule 11). */
  async #parkUnregistered(id: string): Promise<void> {
    const records = (await this.#options.journal.load(id)) ?? [];
    const [first] = records;
    const { definition, version } = isJsonObject(first) ? first : {};
    if (this.#controllerOf(definition, version)) return;
    try {
      const started = readUnregisteredStart(first);
      const steps = started.terms.map(({ step }) => step);
      const controller = new UnregisteredController(started.definition, started.version, steps);
      this.#unregistered.set(id, { controller, saga: parkUnregistered(controller, started, records.length) });
    } catch {
      // Not even its start can be read: it stays as it is, and was told of as a defect.
    }
  }

  async #load(id: string): Promise<FoundSaga | undefined> {
    const read = await this.#read(id);
    if (!read) return undefined;
    const { controller, events } = read;
    const saga = readingOf(id, () => fold(controller, events));
    return saga && { saga, controller };
  }

  async #read(id: string): Promise<{ readonly controller: Controller; readonly events: readonly SagaEvent[] } | undefined> {
    const records = await this.#options.journal.load(id);
    if (!records) return undefined;
    const [first] = records;
    const { definition, version } = isJsonObject(first) ? first : {};
    const controller = this.#controllerOf(definition, version);
    if (controller && isJsonObject(first) && first["fingerprint"] !== controller.fingerprint) {
      const advice = "its steps, their kinds or their words changed: raise the version, and register the old one beside it";
      const cause = new FingerprintMismatch(
        controller.name,
        `saga ${id} runs version ${controller.version} with another fingerprint; ${advice}`,
      );
      throw new UnreadableSaga(cause.message, { cause });
    }
    if (!controller)
      throw new UnreadableSaga(`Saga ${id} cannot be read: it runs ${definition} version ${version}, which is not registered.`);
    return { controller, events: readingOf(id, () => records.map((record) => readEvent(controller, record))) };
  }

  #controllerOf(definition: unknown, version: unknown): Controller | undefined {
    return this.#controllers.find((controller) => controller.name === definition && controller.version === version);
  }
}

/** A saga that a start made or found, and what its caller is given. */
interface Start {
  readonly saga: Saga;
  readonly started: StartedSaga;
}

function startOf(run: SagaRun): Start {
  const accepted = run.durable(1);
  // Whoever waits for it is told; nobody has to.
  accepted.catch(() => undefined);
  return { saga: run.saga, started: { id: run.saga.id, accepted, rest: run.rest } };
}

function refuseSameVersions(controllers: readonly Controller[]): void {
  for (const [index, { name, version }] of controllers.entries()) {
    const isSame = (other: Controller) => other.name === name && other.version === version;
    if (controllers.findIndex(isSame) !== index) throw new DefinitionError(name, `version ${version} is registered twice`);
  }
}

function readingOf<Read>(id: string, read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    throw new UnreadableSaga(`Saga ${id} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What a saga that needs a human was about to do. */
function actionOf({ saga: { phase } }: FoundSaga): Action {
  return phase.name === "needs-intervention" ? phase.action : "run";
}

/** What a step gave, as an operator says it. */
function readResult({ controller, saga }: FoundSaga, step: string, result: unknown): JsonObject {
  const handler = controller.handlers.find((candidate) => candidate.step === step);
  if (!handler || actionOf({ controller, saga }) === "rollback") return {};
  try {
    return parseStable(handler.gives, result ?? {}, `The result of "${step}"`);
  } catch (error) {
    throw error instanceof SchemaError
      ? new OperationRefused("invalid-result", error.message, undefined, { cause: error })
      : error;
  }
}

function readInput(controller: Controller, input: unknown): JsonObject {
  try {
    return parseStable(controller.input, input, `The input of ${controller.name}`);
  } catch (error) {
    throw error instanceof SchemaError ? new StartRefused("invalid-input", error.message, { cause: error }) : error;
  }
}
