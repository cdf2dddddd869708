import { type AcceptedSignal, type Clock, type Controller, type FoundSaga, JournalError, SignalRefused } from "saga-core";
import {
  findCorrelated,
  keyReused,
  lateSignal,
  refuseOtherTenant,
  type Signalled,
  type SignalRequest,
  signalEvent,
} from "saga-core/engine";
import type { Verdict } from "../objects/messages.ts";
import { judge } from "../workflow/judge.ts";
import type { HolderSearch } from "./holder-search.ts";
import type { WrittenSeq } from "./written-event.ts";

export interface SignalPorts {
  readonly controllers: readonly Controller[];
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  readonly holders: Pick<HolderSearch, "now" | "find">;
  /** The saga as this process sees it: what it sees cannot be lost. */
  readonly get: (sagaId: string) => Promise<FoundSaga | undefined>;
  /** Brings a signal to the saga's workflow and resolves with its verdict. */
  readonly send: (found: FoundSaga, signal: Signalled) => Promise<Verdict>;
  readonly writtenSeq: WrittenSeq;
}

/** Takes signals in: the saga's workflow decides what each one is, in the order of its journal, whichever process heard it. */
export class SignalIntake {
  readonly #ports: SignalPorts;

  constructor(ports: SignalPorts) {
    this.#ports = ports;
  }

  /** @throws SignalRefused, UnreadableSaga, or JournalError where the saga does not answer. */
  async signal(sagaId: string, request: SignalRequest): Promise<AcceptedSignal> {
    this.#refuseWhileDraining();
    const found = await this.#ports.get(sagaId);
    if (!found) throw new SignalRefused("not-found", `There is no saga ${sagaId}.`);
    return await this.#take(found, request);
  }

  /** @throws as `signal`, and SignalRefused if no saga has the correlation. */
  async signalBy(definition: string, correlation: string | number, request: SignalRequest): Promise<AcceptedSignal> {
    this.#refuseWhileDraining();
    const { controllers, holders } = this.#ports;
    const { step, sender } = request;
    const signal = { definition, step, correlation, tenant: sender.tenant };
    const found = await findCorrelated(controllers, signal, {
      now: (query) => holders.now(query),
      wait: (query) => holders.find(query),
    });
    return await this.#take(found, request);
  }

  async #take(found: FoundSaga, request: SignalRequest): Promise<AcceptedSignal> {
    this.#refuseWhileDraining();
    const { clock, get } = this.#ports;
    const { id: sagaId } = found.saga;
    refuseOtherTenant(found.saga, request.sender);
    const event = signalEvent(found, request, clock.now());
    const verdict = await this.#verdictOn(found, event);
    if (verdict.allowed === "no-answer") throw noAnswer(sagaId);
    const after = (await get(sagaId)) ?? found;
    const { step } = request;
    if (verdict.allowed) {
      const { signal = "repeated" } = verdict;
      const eventSeq = signal === "repeated" ? undefined : await this.#ports.writtenSeq(found, event);
      return { ...after, step, signal, eventSeq };
    }
    if (verdict.late) throw lateSignal(after, step, verdict.late);
    throw verdict.isKeyReused ? keyReused() : new TypeError(`Saga ${sagaId} refused a signal: ${verdict.reason}`);
  }

  #refuseWhileDraining(): void {
    if (this.#ports.isDraining()) throw new SignalRefused("draining", "The orchestrator is stopping.");
  }

  /** What is a repetition by what this process sees needs no entry in Restate's journal, which is never compacted. */
  async #verdictOn(found: FoundSaga, signal: Signalled): Promise<Verdict> {
    const { verdict, isRecorded } = judge(found.controller, found.saga, signal);
    return isRecorded ? await this.#ports.send(found, signal) : verdict;
  }
}

/** The saga has not answered an operation: it is not known whether it was applied. */
export function noAnswer(sagaId: string): JournalError {
  return new JournalError(
    `Saga ${sagaId} does not answer: no process that has its version runs it, or it was killed at Restate.`,
  );
}
