import type { Clock, Controller, StartedSaga, StartRequest } from "saga-core";
import {
  type AutomaticPauses,
  fold,
  isJsonObject,
  type JsonObject,
  type PreparedStart,
  refuseOtherInput,
  startOf,
  startRefusal,
} from "saga-core/engine";
import { z } from "zod";
import { DRIVER_VERSION } from "../objects/driver-version.ts";
import type { KeyedStart, WorkflowInput } from "../objects/messages.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import type { CompletionWaiters } from "./completion-waiters.ts";
import type { LocalSagas } from "./local-sagas.ts";
import type { PauseCache } from "./pause-cache.ts";

export interface StartPorts {
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "submit" | "run" | "startUnderKey">;
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
  readonly input: WorkflowInput;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
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
    if (request.idempotencyKey !== undefined) return await this.#startUnderKey(prepared, request, request.idempotencyKey);
    const id = this.#ports.newId();
    const { refusal, isTrial } = await this.#admit(prepared.controller, id);
    if (refusal) throw refusal;
    const saga = this.#prepare(id, prepared, request);
    const started = request.isAwaited ? this.#startAwaited(saga) : this.#startUnawaited(saga);
    if (isTrial) this.#follow(started);
    return started;
  }

  /** A key that has its saga gets it, even where no new saga may start (rule 7). */
  async #startUnderKey({ controller, input }: PreparedStart, request: StartRequest, key: string): Promise<StartedSaga> {
    const newId = this.#ports.newId();
    const { refusal, isTrial } = await this.#admit(controller, newId);
    const saga = this.#prepare(newId, { controller, input }, request);
    const start = {
      id: saga.id,
      service: saga.service,
      definition: controller.name,
      input: JSON.stringify(input),
      startedAt: saga.startedAt,
    };
    let first: KeyedStart | undefined;
    try {
      first = await this.#ports.ingress.startUnderKey(key, start, refusal ? undefined : saga.input);
    } finally {
      // A repeated key is no trial.
      if (first?.id !== saga.id) this.#withdraw(saga);
    }
    if (!first) throw refusal ?? new TypeError("Restate started no saga under a new key.");
    const { id, service, definition } = first;
    refuseOtherInput(controller, input, { definition, input: jsonObjectSchema.parse(JSON.parse(first.input)) });
    const { waiters } = this.#ports;
    const started = { id, accepted: Promise.resolve(), untilRest: () => waiters.wait(service, id) };
    if (isTrial && id === saga.id) this.#follow(started);
    return started;
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

  #prepare(id: string, { controller, input }: PreparedStart, { idempotencyKey, trace }: StartRequest): NewSaga {
    const { clock, local, names } = this.#ports;
    const started = startOf(controller, { at: clock.now(), id, input, idempotencyKey, trace });
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

const jsonObjectSchema = z.custom<JsonObject>(isJsonObject);
