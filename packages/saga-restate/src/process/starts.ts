import type { Clock, Controller, Saga, StartedSaga, StartRequest } from "saga-core";
import {
  type AutomaticPauses,
  correlationTaken,
  fold,
  isJsonObject,
  isSameStart,
  type JsonObject,
  type PreparedStart,
  refuseOtherInput,
  type StartClaim,
  startClaims,
  startOf,
  startRefusal,
} from "saga-core/engine";
import { z } from "zod";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import type { KeyedStart, StartAnswer, WorkflowInput } from "../objects/messages.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import type { CompletionWaiters } from "./completion-waiters.ts";
import type { LocalSagas } from "./local-sagas.ts";
import type { PauseCache } from "./pause-cache.ts";

export interface StartPorts {
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "submit" | "run" | "startUnderKey" | "startClaiming">;
  readonly local: LocalSagas;
  readonly waiters: Pick<CompletionWaiters, "wait" | "count">;
  readonly pauses: Pick<PauseCache, "current">;
  readonly automatic: Pick<AutomaticPauses, "verdictOn" | "beginTrial" | "withdraw" | "rested">;
  readonly sagasInFlightMax: number;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** A new saga: where its workflow runs, and its input. */
interface NewSaga {
  readonly id: string;
  readonly definition: string;
  readonly service: string;
  readonly input: WorkflowInput & { readonly started: { readonly input: JsonObject } };
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

function keyedStartOf({ id, service, definition, input: { started }, startedAt }: NewSaga): KeyedStart {
  return { id, service, definition, input: JSON.stringify(started.input), startedAt };
}

/** @throws StartRefused where another saga has a correlation of the new one. */
function startedOf({ start, taken }: StartAnswer): KeyedStart | undefined {
  if (taken) throw correlationTaken(taken.step);
  return start;
}

/** Whether a new saga may start. */
interface Admission {
  /** Why it may not; undefined if it may. */
  readonly refusal: Error | undefined;
  /** Whether it is the trial of a paused definition. */
  readonly isTrial: boolean;
}

/** Starts sagas on Restate. */
export class Starts {
  readonly #ports: StartPorts;

  constructor(ports: StartPorts) {
    this.#ports = ports;
  }

  /** @throws StartRefused, or JournalError when Restate does not answer. */
  async start(prepared: PreparedStart, request: StartRequest): Promise<StartedSaga> {
    if (prepared.idempotencyKey !== undefined) return await this.#startUnderKey(prepared, prepared.idempotencyKey);
    const claims = startClaims(prepared.controller, prepared.input, prepared.context);
    const id = this.#ports.newId();
    const { refusal, isTrial } = await this.#admit(prepared.controller, id);
    if (refusal) throw refusal;
    const saga = this.#prepare(id, prepared);
    if (claims.length > 0) return await this.#startClaiming(saga, claims, isTrial);
    const started = request.isAwaited ? this.#startAwaited(saga) : this.#startUnawaited(saga);
    if (isTrial) this.#follow(started);
    return started;
  }

  /** A key that has its saga gets it, even where no new saga may start (rule 7). */
  async #startUnderKey(prepared: PreparedStart, key: string): Promise<StartedSaga> {
    const { controller, input, context } = prepared;
    const claims = startClaims(controller, input, context);
    const newId = this.#ports.newId();
    const { refusal, isTrial } = await this.#admit(controller, newId);
    const saga = this.#prepare(newId, prepared);
    let first: KeyedStart | undefined;
    try {
      first =
        (await this.#firstInWiderScope(prepared, saga)) ??
        (await this.#firstUnderKey(key, saga, claims, refusal ? undefined : saga.input));
    } finally {
      // A repeated key is no trial.
      if (first?.id !== saga.id) this.#withdraw(saga);
    }
    if (!first) throw refusal ?? new TypeError("Restate started no saga under a new key.");
    refuseOtherInput(controller, input, startedAsOf(first));
    const started = this.#accepted(first);
    if (isTrial && first.id === saga.id) this.#follow(started);
    return started;
  }

  /**
   * A key that was recorded before there were owners or tenants answers the same start of any of them; another start is no repetition. Without
   * an input none is started under such a key.
   */
  async #firstInWiderScope({ controller, input, widerKeys }: PreparedStart, saga: NewSaga): Promise<KeyedStart | undefined> {
    for (const key of widerKeys) {
      const first = await this.#ports.ingress.startUnderKey(key, keyedStartOf(saga), undefined);
      if (first && isSameStart(controller, input, startedAsOf(first))) return first;
    }
    return undefined;
  }

  /** The saga of a key: this one, if it has none. */
  async #firstUnderKey(
    key: string,
    saga: NewSaga,
    claims: readonly StartClaim[],
    input: WorkflowInput | undefined,
  ): Promise<KeyedStart | undefined> {
    const { ingress } = this.#ports;
    if (claims.length === 0) return await ingress.startUnderKey(key, keyedStartOf(saga), input);
    return startedOf(await ingress.startClaiming(key, keyedStartOf(saga), claims, input));
  }

  /** @throws StartRefused (`correlation-taken`) */
  async #startClaiming(saga: NewSaga, claims: readonly StartClaim[], isTrial: boolean): Promise<StartedSaga> {
    let first: KeyedStart | undefined;
    try {
      first = startedOf(await this.#ports.ingress.startClaiming(undefined, keyedStartOf(saga), claims, saga.input));
    } finally {
      if (!first) this.#withdraw(saga);
    }
    if (!first) throw new TypeError("Restate started no saga.");
    const started = this.#accepted(first);
    if (isTrial) this.#follow(started);
    return started;
  }

  /** A saga that an object has started. */
  #accepted({ id, service }: KeyedStart): StartedSaga {
    const { waiters } = this.#ports;
    return { id, accepted: Promise.resolve(), untilRest: () => waiters.wait(service, id) };
  }

  /** One request to Restate starts the saga and waits for its end. */
  #startAwaited(saga: NewSaga): StartedSaga {
    const { id, service, input } = saga;
    const { ingress, waiters } = this.#ports;
    const rest = waiters.wait(service, id, (signal) => ingress.run(service, id, input, signal));
    rest.catch(() => this.#withdraw(saga));
    let accepted: Promise<void> | undefined;
    return {
      id,
      get accepted() {
        // Submitted again, the saga is not started again: Restate answers that it is there.
        accepted ??= ingress.submit(service, id, input);
        return accepted;
      },
      untilRest: () => rest,
    };
  }

  #startUnawaited(saga: NewSaga): StartedSaga {
    const { id, service, input } = saga;
    const { ingress, waiters } = this.#ports;
    const accepted = ingress.submit(service, id, input);
    accepted.catch(() => this.#withdraw(saga));
    return { id, accepted, untilRest: () => accepted.then(() => waiters.wait(service, id)) };
  }

  /** Decides whether a saga of the definition may start now. The trial that is due is begun. */
  async #admit({ name }: Controller, id: string): Promise<Admission> {
    const { isDraining, pauses, automatic, sagasInFlightMax: countMax, waiters } = this.#ports;
    const limit = { counted: "starts wait for their sagas", count: waiters.count, countMax };
    const early = startRefusal(name, { ...limit, isDraining: isDraining(), pause: { name: "open" } });
    if (early) return { refusal: early, isTrial: false };
    const pause = automatic.verdictOn(name, await pauses.current());
    const refusal = startRefusal(name, { ...limit, isDraining: isDraining(), pause });
    const isTrial = refusal === undefined && pause.name === "trial";
    if (isTrial) automatic.beginTrial(name, id);
    return { refusal, isTrial };
  }

  /** Waits for the end of a trial, which may run in another process. */
  #follow({ untilRest }: StartedSaga): void {
    untilRest().then(
      (saga) => this.#ports.automatic.rested(saga),
      () => undefined,
    );
  }

  /** The saga was not started, as far as this process has heard. */
  #withdraw({ id, definition }: NewSaga): void {
    const { local, automatic } = this.#ports;
    if (local.get(id)?.invocation !== undefined) return;
    local.forget(id);
    automatic.withdraw(definition, id);
  }

  #prepare(id: string, { controller, ...origin }: PreparedStart): NewSaga {
    const { clock, local, names } = this.#ports;
    const started = startOf(controller, { at: clock.now(), id, ...origin });
    const saga = fold(controller, [started]);
    if (saga) local.add({ saga, controller }, started);
    return {
      id,
      definition: controller.name,
      service: names.sagas(controller),
      input: { started, driverVersion: DRIVER_VERSION },
      startedAt: started.at,
    };
  }
}

/** What a first start began. */
function startedAsOf({ definition, input }: KeyedStart): Pick<Saga, "definition" | "input"> {
  return { definition, input: jsonObjectSchema.parse(JSON.parse(input)) };
}

const jsonObjectSchema = z.custom<JsonObject>(isJsonObject);
