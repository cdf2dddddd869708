import { type Controller, done, rejected, type Saga, type SagaEvent } from "saga-core";
import { type Call, type Command, patienceEndsAt, waitingFor } from "saga-core/engine";
import type { Participants } from "./participants.ts";
import type { Mishap } from "./trouble.ts";

interface Scene {
  readonly controller: Controller;
  readonly mishap: Mishap;
  readonly participants: Participants;
  readonly attemptsMax: number;
  readonly random: number;
}

/** What happens next to a saga that is played: as an engine would tell it, by the commands that it was given. */
export class NextEvent {
  readonly #scene: Scene;
  #answer: { readonly call: Call; readonly event: SagaEvent } | undefined;
  #wakeAt: number | undefined;
  #attempts = 0;
  #isCancelled = false;
  #isShortened = false;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Whether attempts were left out. */
  get isShortened(): boolean {
    return this.#isShortened;
  }

  /** Takes the commands of a decision made at `at`. */
  take(commands: readonly Command[], at: number): void {
    this.#wakeAt = undefined;
    for (const command of commands) {
      switch (command.type) {
        case "run":
        case "rollback":
        case "probe":
          this.#answer = { call: command, event: this.#answerTo(command, at) };
          break;
        case "wait":
          this.#wakeAt = command.until;
          break;
        case "listen":
        case "rest":
          break;
      }
    }
  }

  /** The next event after `at`; undefined: nothing happens any more. */
  after(saga: Saga, at: number): SagaEvent | undefined {
    if (this.#isToCancel(saga)) {
      this.#isCancelled = true;
      return { type: "cancel-requested", at };
    }
    const signal = this.#signalFor(saga, at);
    if (signal) return signal;
    const wakeAt = this.#wakeAt ?? Infinity;
    const answerAt = this.#shortened(saga) ?? Infinity;
    if (wakeAt === Infinity && answerAt === Infinity) return undefined;
    if (wakeAt < answerAt) return { type: "woken", at: Math.max(at, wakeAt) };
    const answer = this.#answer?.event;
    this.#answer = undefined;
    return answer && { ...answer, at: answerAt };
  }

  #answerTo({ type: action, step, attempt }: Call, at: number): SagaEvent {
    const { outcome, afterMs } = this.#scene.participants.answer({ type: action, step });
    if (step === this.#scene.mishap.step) this.#attempts += 1;
    return { type: "answered", at: at + afterMs, step, action, attempt, outcome, random: this.#scene.random };
  }

  /** When the answer under way comes. After too many attempts it comes when the saga gives up: those between would end alike. */
  #shortened(saga: Saga): number | undefined {
    if (!this.#answer) return undefined;
    const { call, event } = this.#answer;
    const isFailing =
      event.type === "answered" && (event.outcome.outcome === "unknown" || event.outcome.outcome === "unavailable");
    if (!isFailing || this.#attempts <= this.#scene.attemptsMax) return event.at;
    this.#isShortened = true;
    const progress = saga.steps.find(({ step }) => step === call.step);
    return Math.max(event.at, patienceEndsAt(saga, progress));
  }

  #isToCancel(saga: Saga): boolean {
    const { step, trouble } = this.#scene.mishap;
    const isThere = waitingFor(saga) === step || (this.#answer?.call.type === "run" && this.#answer.call.step === step);
    return trouble === "cancelled" && !this.#isCancelled && isThere;
  }

  /** Every wait for a signal gets one at once that says yes, but for that of the mishap. */
  #signalFor(saga: Saga, at: number): SagaEvent | undefined {
    const step = waitingFor(saga);
    const handler = this.#scene.controller.handlers.find((each) => each.step === step);
    if (step === undefined || handler?.how !== "wait" || !handler.accepts) return undefined;
    const { trouble } = this.#scene.mishap;
    const isHere = step === this.#scene.mishap.step;
    if (isHere && trouble === "silent") return undefined;
    return { type: "signalled", at, step, outcome: isHere && trouble === "refused" ? rejected("") : done({}) };
  }
}
