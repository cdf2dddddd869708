import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import type { AcceptedSignal } from "../ports/signals.ts";
import type { LateReason, Saga, StepProgress } from "../transition/saga.ts";
import { isAfterPivot } from "../transition/steps.ts";
import { isSame, type JudgedSignal } from "../transition/verdict.ts";

/** What a sender was told about a signal. */
interface Told extends JudgedSignal {
  readonly answer: AcceptedSignal["signal"] | LateReason;
}

/** Watches what senders of signals are told: it is never taken back. */
export class SignalMonitor {
  readonly #controller: Controller;
  readonly #violated: (what: string) => void;
  readonly #told = new Map<string, Told>();

  constructor(controller: Controller, violated: (what: string) => void) {
    this.#controller = controller;
    this.#violated = violated;
  }

  get snapshot(): unknown {
    return [...this.#told].map(([signal, { answer }]) => [signal, answer]);
  }

  accepted(signal: JudgedSignal, answer: AcceptedSignal["signal"]): void {
    const name = JSON.stringify(signal);
    const before = this.#told.get(name)?.answer;
    if (before !== undefined && !isAccepted(before))
      this.#violated(`${signal.step}: a signal was refused (${before}), and then accepted (${answer})`);
    // That it was repeated says less than the first answer did.
    const isKnown = answer === "repeated" && before !== undefined;
    if (!isKnown) this.#told.set(name, { ...signal, answer });
  }

  refused(signal: JudgedSignal, because: LateReason): void {
    const name = JSON.stringify(signal);
    const before = this.#told.get(name)?.answer;
    // A kept one is listed as late when its saga turns back, and its sender is not told that.
    if (before !== undefined && isAccepted(before))
      this.#violated(`${signal.step}: a signal was accepted (${before}), and then refused (${because})`);
    this.#told.set(name, { ...signal, answer: because });
  }

  /** Checks a saga as it was last seen. */
  look(saga: Saga): void {
    for (const told of this.#told.values()) {
      const progress = saga.steps.find(({ step }) => step === told.step);
      if (progress) this.#check(saga, progress, told);
    }
    for (const handler of this.#controller.handlers.filter(isWait)) {
      const status = saga.steps.find(({ step }) => step === handler.step)?.status;
      if (saga.phase.name === "completed" && status !== "done")
        this.#violated(`it is completed, and ${handler.step} is not done`);
      if (saga.phase.name === "cancelled" && status === "done" && handler.kind === "compensatable")
        this.#violated(`it is cancelled, and the signal of ${handler.step} is not undone`);
    }
  }

  #mayBeAnswered(step: string, { outcome }: JudgedSignal["outcome"]): boolean {
    const index = this.#controller.handlers.findIndex((handler) => handler.step === step);
    return outcome === "rejected" && isAfterPivot(this.#controller, index);
  }

  #check(saga: Saga, progress: StepProgress, told: Told): void {
    const { step, outcome, answer } = told;
    const isHere = progress.signal !== undefined && isSame(progress.signal.outcome, outcome);
    const isListed = saga.lateSignals?.some((late) => late.step === step && isSame(late.outcome, outcome)) ?? false;
    switch (answer) {
      case "taken":
      case "kept":
      case "repeated":
        this.#checkAccepted(saga, progress, { ...told, isHere, isListed });
        return;
      case "asks":
        return;
      case "another-signal":
      case "timeout":
      case "turned":
      case "ended":
        if (isHere) this.#violated(`${step}: a signal was refused, and then taken`);
        else if (!isListed) this.#violated(`${step}: a signal was refused (${answer}), and nobody sees it`);
        if (isAwaitedAgain(saga, progress, told))
          this.#violated(`${step}: a signal was refused (${answer}), and then it is waited for`);
    }
  }

  #checkAccepted(
    saga: Saga,
    progress: StepProgress,
    { step, outcome, answer, isHere, isListed }: Told & { readonly isHere: boolean; readonly isListed: boolean },
  ): void {
    // A refusal after the pivot is answered by a later yes, or by a human.
    if (!isHere && !isListed && !this.#mayBeAnswered(step, outcome))
      this.#violated(`${step}: a signal was accepted (${answer}), and is nowhere`);
    const isOver = saga.phase.name === "completed" || saga.phase.name === "cancelled";
    if (isHere && isOver && !wasReached(progress)) this.#violated(`${step}: a signal was kept, and is neither taken nor listed`);
  }
}

function isAccepted(answer: Told["answer"]): boolean {
  switch (answer) {
    case "taken":
    case "kept":
    case "asks":
    case "repeated":
      return true;
    case "another-signal":
    case "timeout":
    case "turned":
    case "ended":
      return false;
  }
}

/** Whether a wait for which a signal was too late is open. After another signal, only a yes can be what it waits for. */
function isAwaitedAgain(saga: Saga, { status }: StepProgress, { answer, outcome }: Told): boolean {
  if (answer === "another-signal") return outcome.outcome === "done" && status === "waiting";
  return isForward(saga) && (status === "pending" || status === "waiting");
}

function wasReached({ status }: StepProgress): boolean {
  return status !== "pending" && status !== "waiting" && status !== "skipped";
}

function isForward({ phase }: Saga): boolean {
  return phase.name === "forward" || (phase.name === "needs-intervention" && phase.during.name === "forward");
}
