import type { AcceptedSignal, Clock, Controller, FoundSaga, HistoryEntry, HistoryPage, OperatedSaga, SagaEvent } from "saga-core";
import type { OperationRequest, SignalRequest, UnreturnedCalls } from "saga-core/engine";
import type { Verdict } from "../objects/messages.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { RestateIngress } from "../restate/restate-ingress.ts";
import { HolderSearch } from "./holder-search.ts";
import type { LocalSagas } from "./local-sagas.ts";
import { operate } from "./operations.ts";
import { SignalIntake } from "./signals.ts";
import { type WrittenSeq, writtenSeqIn } from "./written-event.ts";

export interface RequestPorts {
  readonly controllers: readonly Controller[];
  readonly names: ServiceNames;
  readonly ingress: Pick<RestateIngress, "operate" | "holderOf">;
  readonly local: LocalSagas;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signalWaitMsMax: number;
  readonly signalsWaitingMax: number;
  readonly isDraining: () => boolean;
  readonly unreturned: UnreturnedCalls;
  readonly get: (sagaId: string) => Promise<FoundSaga | undefined>;
  readonly history: (sagaId: string, page: HistoryPage) => Promise<readonly HistoryEntry[] | undefined>;
}

/** Brings what people and senders of signals request to the workflows of their sagas. */
export class Requests {
  readonly #ports: RequestPorts;
  readonly #signals: SignalIntake;
  readonly #writtenSeq: WrittenSeq;

  constructor(ports: RequestPorts) {
    this.#ports = ports;
    const holders = new HolderSearch({ ...ports, holderOf: (query) => ports.ingress.holderOf(query) });
    this.#writtenSeq = writtenSeqIn(ports.history);
    const send = (found: FoundSaga, signal: SagaEvent) => this.#send(found, signal);
    this.#signals = new SignalIntake({ ...ports, holders, send, writtenSeq: this.#writtenSeq });
  }

  /** @throws OperationRefused, JournalError, UnreadableSaga. */
  async operate(sagaId: string, request: OperationRequest): Promise<OperatedSaga> {
    const send = (found: FoundSaga, operation: SagaEvent) => this.#send(found, operation);
    return await operate({ ...this.#ports, send, writtenSeq: this.#writtenSeq }, sagaId, request);
  }

  /** @throws SignalRefused, JournalError, UnreadableSaga. */
  async signal(sagaId: string, request: SignalRequest): Promise<AcceptedSignal> {
    return await this.#signals.signal(sagaId, request);
  }

  /** @throws as `signal`. */
  async signalBy(definition: string, correlation: string | number, request: SignalRequest): Promise<AcceptedSignal> {
    return await this.#signals.signalBy(definition, correlation, request);
  }

  async #send({ controller, saga: { id } }: FoundSaga, operation: SagaEvent): Promise<Verdict> {
    const { local, names, ingress, newId } = this.#ports;
    const { invocation } = local.get(id) ?? {};
    return await ingress.operate(names.sagas(controller), id, { operation, invocation }, newId());
  }
}
