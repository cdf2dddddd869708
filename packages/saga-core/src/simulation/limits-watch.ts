import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { StepPatience } from "../definition/patience.ts";
import type { Policy } from "../definition/policy.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { SimulatedCall } from "./simulated-controller.ts";

/** How the attempts at a run were answered. */
interface Attempts {
  /** Answers in a row that it was unavailable. */
  readonly unavailable: number;
  /** Whether there was another answer, after which the number of attempts is not limited. */
  readonly hadOther: boolean;
}

function isClear({ outcome }: Outcome<object>): boolean {
  return outcome === "done" || outcome === "rejected";
}

const noAttempts: Attempts = { unavailable: 0, hadOther: false };

/** Watches whether a saga keeps to its patience, and that of its steps: attempts, deadlines, giving up. */
export class LimitsWatch {
  readonly #handlers: readonly AnyHandler[];
  readonly #policy: Policy;
  readonly #violated: (what: string) => void;
  /** When each call was first sent. */
  readonly #firstSent = new Map<string, number>();
  readonly #attempts = new Map<string, Attempts>();
  readonly #answered = new WeakSet<SimulatedCall>();
  /** A step of which an action came to its end, and whose record may not be seen before the next call. */
  #done: string | undefined;
  /** From where the saga's deadline counts, and from where giving up does. */
  #clockFrom: number;
  #patientFrom: number;
  /** Whether the limits of a run are checked: after a crash it is settled, and that has other limits. */
  #checksRuns = true;

  constructor({ handlers, policy }: Controller, startedAt: number, violated: (what: string) => void) {
    this.#handlers = handlers;
    this.#policy = policy;
    this.#violated = violated;
    this.#clockFrom = startedAt;
    this.#patientFrom = startedAt;
  }

  sent(call: SimulatedCall, now: number): void {
    const { handler, action } = call;
    if (this.#done !== undefined) this.#endOf(this.#done, now);
    this.#done = undefined;
    const name = `${handler.step}/${action}`;
    const isFirst = !this.#firstSent.has(name);
    const firstSent = this.#firstSent.get(name) ?? now;
    this.#firstSent.set(name, firstSent);
    const { giveUpMs } = this.#policyOf(handler);
    const from = handler.patience ? Math.max(this.#patientFrom, firstSent) : this.#patientFrom;
    if (now >= from + giveUpMs) this.#violated(`${name} is sent after it should have been given up`);
    if (action === "run" && !this.#isAfterPivot(handler) && this.#checksRuns) this.#runSent(handler, { isFirst, firstSent, now });
  }

  /** A step before its pivot, or the pivot, is not tried without end. */
  #runSent(handler: AnyHandler, { isFirst, firstSent, now }: { isFirst: boolean; firstSent: number; now: number }): void {
    const { step, patience } = handler;
    if (isFirst && now >= this.#clockFrom + this.#policy.deadlineMs)
      this.#violated(`${step}/run is sent for the first time after the deadline`);
    const { unavailable, hadOther } = this.#attempts.get(step) ?? noAttempts;
    if (hadOther) return;
    if (unavailable >= this.#policyOf(handler).attemptsMax)
      this.#violated(`${step}/run is tried more often than its policy says`);
    if (patience?.deadlineMs !== undefined && now >= firstSent + patience.deadlineMs)
      this.#violated(`${step}/run is tried after its own deadline`);
  }

  answered(call: SimulatedCall, outcome: Outcome<object>): void {
    // At its deadline, and again when its handler returns: it is one attempt.
    if (this.#answered.has(call)) return;
    this.#answered.add(call);
    const { handler, action } = call;
    if (handler.patience && isClear(outcome)) this.#done = handler.step;
    if (action !== "run") return;
    const { unavailable, hadOther } = this.#attempts.get(handler.step) ?? noAttempts;
    // A read in doubt is as one that did not arrive.
    const isUnavailable = outcome.outcome === "unavailable" || (handler.kind === "read" && outcome.outcome === "unknown");
    const attempts = isUnavailable ? { unavailable: unavailable + 1, hadOther } : { unavailable: 0, hadOther: true };
    this.#attempts.set(handler.step, attempts);
  }

  recorded(event: SagaEvent): void {
    if (event.type === "closing-recorded" && event.turn) {
      if (event.turn.cause === "deadline") this.#deadlinePassed(event.turn.step, event.at);
      this.#endOf(event.turn.step, event.at);
    }
    if (event.type === "answered" && isClear(event.outcome)) this.#endOf(event.step, event.at);
    if (event.type === "resolved" && event.applied) this.#endOf(event.step, event.at);
  }

  /** A saga is not turned back before the time that it has. */
  #deadlinePassed(step: string, at: number): void {
    // When an attempt was decided on, which is where the deadline of a step begins, cannot be seen from here.
    if (!this.#checksRuns || this.#hasDeadline(step)) return;
    if (at < this.#clockFrom + this.#policy.deadlineMs) this.#violated(`it turned back at ${step} before its deadline`);
  }

  /** After a step with a deadline of its own, the clock of the saga counts anew; giving up does after one with its own time of that too. */
  #endOf(step: string, at: number): void {
    const { deadlineMs, giveUpMs } = this.#patienceOf(step);
    if (deadlineMs !== undefined) this.#clockFrom = Math.max(this.#clockFrom, at);
    if (deadlineMs !== undefined || giveUpMs !== undefined) this.#patientFrom = Math.max(this.#patientFrom, at);
  }

  /** A wait ended: the patience of the saga counts anew. */
  waitEnded(at: number): void {
    this.#clockFrom = Math.max(this.#clockFrom, at);
    this.#patientFrom = Math.max(this.#patientFrom, at);
  }

  #hasDeadline(step: string): boolean {
    return this.#patienceOf(step).deadlineMs !== undefined;
  }

  #patienceOf(step: string): StepPatience {
    return this.#handlers.find((each) => each.step === step)?.patience ?? {};
  }

  /** A human requested another try, or settled the call in doubt. */
  patienceRenewed(at: number): void {
    this.#patientFrom = Math.max(this.#patientFrom, at);
  }

  /** The time of each later decision on a call is uncertain. */
  timesAreUncertain(): void {
    this.#patientFrom = Infinity;
    this.#checksRuns = false;
  }

  restarted(): void {
    this.#checksRuns = false;
    // The decision to send it may be lost: then its step's own patience begins with the next.
    for (const { step, patience } of this.#handlers) {
      if (patience) for (const action of ["run", "rollback"]) this.#firstSent.delete(`${step}/${action}`);
    }
  }

  /** Everything here that can affect the rest of the run. */
  get snapshot(): unknown {
    const counted = this.#handlers.some(({ patience }) => patience) ? [...this.#firstSent] : [...this.#firstSent.keys()];
    return [[...this.#attempts], counted, this.#done, this.#clockFrom, this.#patientFrom, this.#checksRuns];
  }

  #policyOf({ patience }: AnyHandler): Policy {
    return { ...this.#policy, ...patience };
  }

  #isAfterPivot(handler: AnyHandler): boolean {
    const pivot = this.#handlers.findIndex(({ kind }) => kind === "pivot");
    return pivot >= 0 && this.#handlers.findIndex(({ step }) => step === handler.step) > pivot;
  }
}
