import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import { type FoundSaga, type OperatedSaga, OperationRefused, UnreadableSaga } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import { type AcceptedSignal, SignalRefused } from "../ports/signals.ts";
import type { SagaEvent, Signalled } from "../transition/event.ts";
import { type SignalVerdict, verdictOf } from "../transition/verdict.ts";
import type { Correlations } from "./correlations.ts";
import type { NotedEvents } from "./noted-events.ts";
import { lateSignal } from "./refusals.ts";
import type { Origin } from "./run-position.ts";
import type { Place, SagaPlaces } from "./saga-places.ts";
import type { SagaRun } from "./saga-run.ts";
import { findCorrelated, refuseOtherTenant, type SignalRequest, signalEvent } from "./signal-event.ts";

export interface SignalIntakePorts {
  readonly places: SagaPlaces;
  readonly noted: NotedEvents;
  readonly correlations: Correlations;
  readonly controllers: readonly Controller[];
  readonly clock: Clock;
  readonly journal: Pick<Journal, "failure" | "durable">;
  readonly isDraining: () => boolean;
  /** What stands for a saga that cannot be read. */
  readonly standInFor: (sagaId: string) => Promise<FoundSaga>;
  readonly run: (controller: Controller, origin: Origin) => SagaRun;
}

/** What became of a signal, and when that is durable. */
interface Judged {
  readonly found: OperatedSaga;
  readonly verdict: SignalVerdict;
  readonly durable: () => Promise<void>;
}

/** Takes signals in: each is recorded as what it turns out to be, and its sender is told when that is durable. */
export class SignalIntake {
  readonly #ports: SignalIntakePorts;

  constructor(ports: SignalIntakePorts) {
    this.#ports = ports;
  }

  /** @throws SignalRefused, JournalError while nothing can be written, UnreadableSaga. */
  async signal(sagaId: string, request: SignalRequest): Promise<AcceptedSignal> {
    this.#refuseAll();
    const { found, verdict, durable } = await this.#judge(sagaId, request);
    await durable();
    const { step } = request;
    if (verdict.name !== "late") return { ...found, step, signal: verdict.name };
    throw lateSignal(found, step, verdict.because);
  }

  /** @throws as `signal`, and SignalRefused if no saga has the correlation. */
  async signalBy(definition: string, correlation: string | number, request: SignalRequest): Promise<AcceptedSignal> {
    this.#refuseAll();
    const { controllers, correlations } = this.#ports;
    const { step, sender } = request;
    const signal = { definition, step, correlation, tenant: sender.tenant };
    const sagaId = await findCorrelated(controllers, signal, {
      now: (query) => correlations.holderOf(query),
      wait: (query) => correlations.find(query),
    });
    return await this.signal(sagaId, request);
  }

  /** Notes that another saga has the correlation of a step that a saga waits at. */
  async refuseCorrelation(sagaId: string, step: string, holder: string): Promise<void> {
    const { places, clock } = this.#ports;
    await places.with(sagaId, (place) => {
      const { saga } = place.name === "in-memory" ? place.run : place.found;
      const waits = saga.steps.some(
        (each) => each.step === step && each.status === "waiting" && each.correlationHolder === undefined,
      );
      if (!waits) return;
      this.#apply(place, { type: "correlation-refused", at: Math.max(clock.now(), saga.updatedAt), step, holder });
    });
  }

  #refuseAll(): void {
    const { isDraining, journal } = this.#ports;
    if (isDraining()) throw new SignalRefused("draining", "The orchestrator is stopping.");
    if (journal.failure) throw journal.failure;
  }

  async #judge(sagaId: string, request: SignalRequest): Promise<Judged> {
    try {
      return await this.#ports.places.with(sagaId, (place) => this.#take(place, request));
    } catch (error) {
      if (error instanceof UnreadableSaga) await this.#refuseOtherTenantOf(sagaId, request);
      const isUnknown = error instanceof OperationRefused && error.refusal === "not-found";
      throw isUnknown ? new SignalRefused("not-found", error.message, { cause: error }) : error;
    }
  }

  /** Whose saga it is may be known although it cannot be read. */
  async #refuseOtherTenantOf(sagaId: string, { sender }: SignalRequest): Promise<void> {
    refuseOtherTenant((await this.#ports.standInFor(sagaId)).saga, sender);
  }

  #take(place: Place, request: SignalRequest): Judged {
    this.#refuseAll();
    const { saga, controller } = place.name === "in-memory" ? place.run : place.found;
    refuseOtherTenant(saga, request.sender);
    refuseUnreadable(saga);
    const event = signalEvent({ saga, controller }, request, this.#ports.clock.now());
    const verdict = verdictOf(controller, saga, event);
    const isRecorded = verdict.name === "repeated" || (verdict.name === "late" && !verdict.isNew);
    if (!isRecorded) {
      const applied = this.#apply(place, event);
      return { ...applied, verdict, found: { ...applied.found, eventSeq: saga.seq + 1 } };
    }
    // What it repeats may not be durable yet.
    const durable = () => (place.name === "in-memory" ? place.run.durable(saga.seq) : this.#ports.journal.durable(saga.id));
    return { verdict, found: { saga, controller }, durable };
  }

  #apply(place: Place, event: Signalled | Extract<SagaEvent, { readonly type: "correlation-refused" }>): Omit<Judged, "verdict"> {
    if (place.name === "in-journal") {
      const noted = this.#ports.noted.note(place.found, event);
      if (noted) return noted;
    }
    const run = place.name === "in-memory" ? place.run : this.#ports.run(place.found.controller, { ...place.found, event });
    if (place.name === "in-memory") run.apply(event);
    const { saga, controller } = run;
    return { found: { saga, controller }, durable: () => run.durable(saga.seq) };
  }
}

/** What cannot be validated is not accepted. */
function refuseUnreadable({ id, phase, definition, version }: FoundSaga["saga"]): void {
  if (phase.name !== "needs-intervention") return;
  if (phase.reason === "unregistered")
    throw new UnreadableSaga(`Saga ${id} takes no signal: ${definition} version ${version} is not registered here.`);
  if (phase.reason === "unreadable") throw new UnreadableSaga(`Saga ${id} takes no signal: its records cannot be read.`);
}
