import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, hasEffect } from "../definition/handler.ts";
import { type Outcome, unknown } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import { messageOf } from "../message-of.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";
import type { IdReuse } from "./id-reuse.ts";
import type { SimulatedCall } from "./simulated-controller.ts";
import { countOf, isRepeatable, type SimulatedWorld } from "./simulated-world.ts";

/** How the attempts at a run were answered. */
interface Attempts {
  /** Answers in a row that it was unavailable. */
  readonly unavailable: number;
  /** Whether there was another answer, after which the number of attempts is not limited. */
  readonly hadOther: boolean;
}

/** What it watches beside the engine. */
interface Watched {
  readonly world: SimulatedWorld;
  readonly reuse: IdReuse;
}

const noAttempts: Attempts = { unavailable: 0, hadOther: false };

/** Watches a run, and notes what must never happen (docs/architecture.md, rules 1 to 8). */
export class Monitor {
  readonly violations: string[] = [];
  readonly #world: SimulatedWorld;
  readonly #reuse: IdReuse;
  readonly #handlers: readonly AnyHandler[];
  readonly #policy: Policy;
  readonly #startedAt: number;
  readonly #tried = new Set<string>();
  readonly #contents = new Map<string, string>();
  /** The calls to unkeyed participants whose last attempt may have had its effect: no answer settled it. */
  readonly #unsettled = new Set<string>();
  /** The calls whose key was misused, as their participant said: to repeat them is no help. */
  readonly #defective = new Set<string>();
  /** How many events of each type were promised to people: they must not be lost. */
  readonly #promises = new Map<string, number>();
  readonly #attempts = new Map<string, Attempts>();
  /** The calls of the living process whose handlers have not returned. */
  readonly #unreturned = new Set<string>();
  /** The calls whose last attempt was past its deadline. */
  readonly #pastDeadline = new Set<string>();
  #patientUntil: number;
  /** Whether the limits of a run are checked: after a crash it is settled, and that has other limits. */
  #checksLimits = true;
  #rollbackWasSent = false;
  #isAccepted = false;
  #isCancelPromised = false;
  #reportedEnd: Saga | undefined;

  constructor(watched: Watched, { handlers, policy }: Controller, startedAt: number) {
    this.#world = watched.world;
    this.#reuse = watched.reuse;
    this.#handlers = handlers;
    this.#policy = policy;
    this.#startedAt = startedAt;
    this.#patientUntil = startedAt + policy.giveUpMs;
  }

  /** A call leaves the engine; `late` are requests that can still arrive although no caller waits for them. */
  sent(call: SimulatedCall, late: readonly SimulatedCall[], now: number): void {
    const { handler, action, attempt, data } = call;
    const name = `${handler.step}/${action}`;
    if (this.#unreturned.has(name)) this.#violated(`${name} is sent again before its last attempt has returned`);
    this.#unreturned.add(name);
    this.#pastDeadline.delete(name);
    if (action === "probe") return;
    if (this.#reportedEnd) this.#violated(`${name} is sent after the end`);
    if (now >= this.#patientUntil) this.#violated(`${name} is sent after it should have been given up`);
    this.#checkLimits(call, now);
    if (action === "run" && this.#rollbackWasSent) this.#violated(`${name} is sent after a rollback`);
    // It has no key and no effect.
    if (handler.kind === "read") return;
    const content = JSON.stringify(data);
    const before = this.#contents.get(attempt.key);
    if (before !== undefined && before !== content)
      this.#violated(`the key of ${name} is sent with two contents: ${before} and ${content}`);
    this.#contents.set(attempt.key, content);
    if (!handler.participant.keyed && !isRepeatable(call)) {
      if (this.#unsettled.has(name)) this.#violated(`${name} is sent twice to an unkeyed participant, and no human allowed it`);
      this.#unsettled.add(name);
    }
    if (this.#defective.has(name)) this.#violated(`${name} is sent again although its key was misused`);
    if (action === "rollback") this.#rollbackSent(call, late, now);
  }

  /** A step before its pivot, or the pivot, is not tried without end. */
  #checkLimits({ handler, action }: SimulatedCall, now: number): void {
    if (action !== "run" || this.#isAfterPivot(handler) || !this.#checksLimits) return;
    const { attemptsMax, deadlineMs } = this.#policy;
    const { step } = handler;
    const isFirst = !this.#tried.has(step);
    this.#tried.add(step);
    if (isFirst && now >= this.#startedAt + deadlineMs)
      this.#violated(`${step}/run is sent for the first time after the deadline`);
    const { unavailable, hadOther } = this.#attempts.get(step) ?? noAttempts;
    if (!hadOther && unavailable >= attemptsMax) this.#violated(`${step}/run is tried more often than its policy says`);
  }

  /** An attempt had this outcome. */
  answered({ handler, action }: SimulatedCall, outcome: Outcome<object>): void {
    const { step } = handler;
    const isRead = handler.kind === "read";
    if (!isRead && outcome.outcome === "unknown" && outcome.defect) this.#defective.add(`${step}/${action}`);
    if (action !== "run") return;
    const { unavailable, hadOther } = this.#attempts.get(step) ?? noAttempts;
    // A read in doubt is as one that did not arrive.
    const isUnavailable = outcome.outcome === "unavailable" || (isRead && outcome.outcome === "unknown");
    this.#attempts.set(step, isUnavailable ? { unavailable: unavailable + 1, hadOther } : { unavailable: 0, hadOther: true });
  }

  #isAfterPivot(handler: AnyHandler): boolean {
    const pivot = this.#handlers.findIndex(({ kind }) => kind === "pivot");
    return pivot >= 0 && this.#handlers.findIndex(({ step }) => step === handler.step) > pivot;
  }

  /** The handler of a call returns. */
  returned({ handler, action }: Pick<SimulatedCall, "handler" | "action">): void {
    this.#unreturned.delete(`${handler.step}/${action}`);
  }

  /** The deadline of a call passes: its outcome is unknown, whatever comes later (rule 9). */
  pastDeadline(call: SimulatedCall): void {
    this.#pastDeadline.add(`${call.handler.step}/${call.action}`);
    this.answered(call, unknown("no answer"));
  }

  /** The engine recorded an event. */
  recorded(event: SagaEvent): void {
    if (event.type !== "answered") return;
    const name = `${event.step}/${event.action}`;
    const isRead = this.#handlers.some(({ step, kind }) => step === event.step && kind === "read");
    if (isRead && event.action !== "run") this.#violated(`${name} is made, and the step only reads`);
    const isClear = event.outcome.outcome === "done" || event.outcome.outcome === "rejected";
    if (isClear && this.#pastDeadline.has(name))
      this.#violated(`${name} was answered after its deadline, and the answer counted`);
  }

  /** A human requested another try, or settled the call in doubt. */
  patienceRenewed(at: number): void {
    this.#patientUntil = Math.max(this.#patientUntil, at + this.#policy.giveUpMs);
    this.#defective.clear();
  }

  /** The time of each later decision on a call is uncertain. */
  timesAreUncertain(): void {
    this.#patientUntil = Infinity;
    this.#checksLimits = false;
  }

  /** A person got the answer that a request is recorded. */
  promised(type: SagaEvent["type"]): void {
    this.#promises.set(type, countOf(this.#promises, type) + 1);
  }

  /** A restart finds these records. */
  restarted(records: readonly { readonly text: string }[]): void {
    this.#checksLimits = false;
    // A lost answer is given again.
    this.#defective.clear();
    this.#unreturned.clear();
    // A replay reports earlier events again.
    this.#pastDeadline.clear();
    for (const [type, count] of this.#promises) {
      const kept = records.filter(({ text }) => text.includes(`"type":"${type}"`)).length;
      if (kept < count) this.#violated(`a promise is gone: ${type} was accepted, and the journal has lost it`);
    }
  }

  #rollbackSent({ handler }: SimulatedCall, late: readonly SimulatedCall[], now: number): void {
    this.#rollbackWasSent = true;
    const { step } = handler;
    if (countOf(this.#world.runs, step) === 0) this.#violated(`${step} is undone and was never done`);
    if (this.#reuse.has(step)) this.#violated(`${step}/rollback is sent, and would undo what another saga was given`);
    const index = this.#handlers.findIndex((each) => each.step === step);
    for (const later of this.#handlers.slice(index + 1)) {
      if (isHarmless(later)) continue;
      if (this.#world.standing(later.step) > 0) this.#violated(`${step} is undone before ${later.step}, which came after it`);
      const onItsWay = late.find((each) => each.action === "run" && each.handler.step === later.step);
      if (onItsWay && this.#world.couldApply(onItsWay, now))
        this.#violated(`${step} is undone while ${later.step} may still be applied`);
    }
  }

  /** The engine got a clear answer, from a participant or a human. */
  settled({ handler, action }: Pick<SimulatedCall, "handler" | "action">): void {
    this.#unsettled.delete(`${handler.step}/${action}`);
  }

  accepted(): void {
    this.#isAccepted = true;
  }

  cancelPromised(): void {
    this.#isCancelPromised = true;
  }

  /** A restart found no saga in the journal. */
  gone(): void {
    if (this.#isAccepted) this.#violated("the saga was accepted, and is gone");
    for (const { step } of this.#handlers) {
      if (countOf(this.#world.runs, step) > 0) this.#violated(`${step} is applied for a saga that is gone`);
    }
  }

  /** A client got the end of the saga. */
  endReported(saga: Saga): void {
    const status = statusOf(saga);
    const before = this.#reportedEnd && statusOf(this.#reportedEnd);
    if (before !== undefined && before !== status) this.#violated(`it was reported as ${before}, and then as ${status}`);
    this.#reportedEnd = saga;
    if (status === "completed" && this.#isCancelPromised) this.#violated("it completed, and a cancel had been accepted");
  }

  defect(error: unknown): void {
    this.#violated(`the engine met a defect: ${messageOf(error)}`);
  }

  neverEnds(): void {
    this.#violated("it never ends");
  }

  get isEnded(): boolean {
    return this.#reportedEnd !== undefined;
  }

  /** Checks the effects as they are now. */
  look(): void {
    for (const { step } of this.#handlers) {
      if (countOf(this.#world.runs, step) > 1) this.#violated(`${step} is applied twice`);
      if (this.#world.standing(step) < 0) this.#violated(`${step} is undone twice`);
    }
    if (!this.#reportedEnd) return;
    const status = statusOf(this.#reportedEnd);
    for (const handler of this.#handlers.filter(hasEffect)) {
      const { step } = handler;
      const standing = this.#world.standing(step);
      if (status === "completed" && standing !== 1) this.#violated(`it is completed, and ${step} is not applied`);
      const isListed = isHarmless(handler) && this.#reportedEnd.orphans.includes(step);
      if (status === "cancelled" && standing !== 0 && !isListed) {
        this.#violated(`it is cancelled, and ${step} is applied`);
      }
    }
  }

  /** Everything here that can affect the rest of the run. */
  get snapshot(): object {
    return [
      [...this.#unsettled, ...this.#defective],
      [...this.#promises, ...this.#attempts],
      [...this.#tried],
      [...this.#contents],
      [[...this.#unreturned], [...this.#pastDeadline]],
      [this.#patientUntil, this.#checksLimits, this.#rollbackWasSent, this.#isAccepted, this.#isCancelPromised],
      this.#reportedEnd?.phase.name,
    ];
  }

  #violated(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}

/** Whether the step's effect may remain in a cancelled saga, because it is declared harmless (rule 3). */
function isHarmless(handler: AnyHandler): boolean {
  return handler.kind === "pivot" && handler.orphanIsHarmless && !handler.participant.keyed;
}
