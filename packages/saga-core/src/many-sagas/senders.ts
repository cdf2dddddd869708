import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import { signalOutcome } from "../engine/signal-event.ts";
import { SignalRefused } from "../ports/signals.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import type { JudgedSignal } from "../transition/verdict.ts";
import type { PlannedSignal } from "./plan.ts";
import type { SharedEngine } from "./shared-process.ts";
import type { WatchedSaga } from "./watched-saga.ts";

/** A sender who has no answer yet looks again after so many milliseconds. */
const LOOK_MS = 200;
/** After so many looks it gives up: no process is away for so long, and a client that was not told of its saga's start gives nobody its id. */
const LOOKS_MAX = 100;

export interface SendersPorts {
  readonly clock: SimulatedClock;
  /** Undefined between a crash and the next start. */
  readonly engine: () => SharedEngine | undefined;
  readonly controllerOf: (saga: WatchedSaga) => Controller;
}

/** Those who send signals: each of them again until it has an answer. */
export class Senders {
  /** What they were told: what became of their signals. */
  readonly answers: Set<string> = new Set();
  readonly #ports: SendersPorts;

  constructor(ports: SendersPorts) {
    this.#ports = ports;
  }

  send(saga: WatchedSaga, { step, signal }: PlannedSignal): void {
    const { handlers, secret } = this.#ports.controllerOf(saga);
    const handler = handlers.find((each) => each.step === step);
    if (!handler || !isWait(handler)) throw new TypeError(`the step ${step} does not wait`);
    this.#send(saga, { step, outcome: signalOutcome(handler, signal, secret) }, signal, LOOKS_MAX);
  }

  #send(saga: WatchedSaga, sent: JudgedSignal, signal: object, looks: number): void {
    const { clock, engine } = this.#ports;
    const asked = engine();
    // Nobody knows the id of a saga before its start is durable; one that was lost has none.
    if (saga.isGone) return;
    let isAnswered = false;
    let left = looks;
    const told = (answer: string) => {
      isAnswered = true;
      this.answers.add(answer);
    };
    if (asked?.signal && saga.isAccepted)
      asked.signal(saga.plan.id, sent.step, signal).then(
        (accepted) => {
          if (engine() !== asked) return;
          told(accepted.signal);
          saga.signals.accepted(sent, accepted.signal);
        },
        (error: unknown) => {
          if (engine() !== asked) return;
          const late = error instanceof SignalRefused ? error.late : undefined;
          told(late?.because ?? "defect");
          if (late) saga.signals.refused(sent, late.because);
          else saga.monitor.defect(error);
        },
      );
    const look = () => {
      left -= 1;
      if (isAnswered || left === 0) return;
      if (asked && saga.isAccepted && engine() === asked) clock.wakeAt(clock.now() + LOOK_MS, look);
      else this.#send(saga, sent, signal, left);
    };
    clock.wakeAt(clock.now() + LOOK_MS, look);
  }
}
