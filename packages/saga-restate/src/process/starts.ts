import type { Clock, Controller, StartedSaga, StartRequest } from "saga-core";
import {
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
  readonly sagasInFlightMax: number;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** A new saga: where its workflow runs, and its input. */
interface NewSaga {
  readonly id: string;
  readonly service: string;
  readonly input: WorkflowInput;
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
    const refusal = await this.#refusalOf(prepared.controller);
    if (refusal) throw refusal;
    const saga = this.#prepare(prepared, request);
    return request.isAwaited ? this.#startAwaited(saga) : this.#startUnawaited(saga);
  }

  /** A key that has its saga gets it, even where no new saga may start (rule 7). */
  async #startUnderKey({ controller, input }: PreparedStart, request: StartRequest, key: string): Promise<StartedSaga> {
    const refusal = await this.#refusalOf(controller);
    const saga = this.#prepare({ controller, input }, request);
    const start = { id: saga.id, service: saga.service, definition: controller.name, input: JSON.stringify(input) };
    let first: KeyedStart | undefined;
    try {
      first = await this.#ports.ingress.startUnderKey(key, start, refusal ? undefined : saga.input);
    } finally {
      if (first?.id !== saga.id) this.#withdraw(saga.id);
    }
    if (!first) throw refusal ?? new TypeError("Restate started no saga under a new key.");
    const { id, service, definition } = first;
    refuseOtherInput(controller, input, { definition, input: jsonObjectSchema.parse(JSON.parse(first.input)) });
    const { waiters } = this.#ports;
    return { id, accepted: Promise.resolve(), untilRest: () => waiters.wait(service, id) };
  }

  /** One request to Restate starts the saga and waits for its end. */
  #startAwaited({ id, service, input }: NewSaga): StartedSaga {
    const { ingress, waiters } = this.#ports;
    const rest = waiters.wait(service, id, (signal) => ingress.run(service, id, input, signal));
    rest.catch(() => this.#withdraw(id));
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

  #startUnawaited({ id, service, input }: NewSaga): StartedSaga {
    const { ingress, waiters } = this.#ports;
    const accepted = ingress.submit(service, id, input);
    accepted.catch(() => this.#withdraw(id));
    return { id, accepted, untilRest: () => accepted.then(() => waiters.wait(service, id)) };
  }

  /** Why no saga of the definition starts now. */
  async #refusalOf({ name }: Controller): Promise<Error | undefined> {
    const { isDraining, pauses, sagasInFlightMax: countMax, waiters } = this.#ports;
    const limit = { counted: "starts wait for their sagas", count: waiters.count, countMax };
    const refusal = startRefusal(name, { ...limit, isDraining: isDraining(), isPaused: false });
    if (refusal) return refusal;
    const isPaused = (await pauses.current()).some(({ definition }) => definition === name);
    return startRefusal(name, { ...limit, isDraining: isDraining(), isPaused });
  }

  /** The saga was not started, as far as this process has heard. */
  #withdraw(id: string): void {
    if (this.#ports.local.get(id)?.invocation === undefined) this.#ports.local.forget(id);
  }

  #prepare({ controller, input }: PreparedStart, { idempotencyKey, trace }: StartRequest): NewSaga {
    const { clock, local, names, newId } = this.#ports;
    const id = newId();
    const started = startOf(controller, { at: clock.now(), id, input, idempotencyKey, trace });
    const saga = fold(controller, [started]);
    if (saga) local.add({ saga, controller }, started);
    return { id, service: names.sagas(controller), input: { started, driverVersion: DRIVER_VERSION } };
  }
}

const jsonObjectSchema = z.custom<JsonObject>(isJsonObject);
