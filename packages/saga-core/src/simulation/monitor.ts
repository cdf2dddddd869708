import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import type { Outcome } from "../definition/outcome.ts";
import type { Policy } from "../definition/policy.ts";
import { messageOf } from "../message-of.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";
import type { SimulatedCall } from "./simulated-controller.ts";
import { countOf, isRepeatable, type SimulatedWorld } from "./simulated-world.ts";

/** Watches a run, and says what must never happen (docs/architecture.md, rules 1 to 8). */
export class Monitor {
  readonly violations: string[] = [];
  readonly #world: SimulatedWorld;
  readonly #handlers: readonly AnyHandler[];
  readonly #contents = new Map<string, string>();
  /** The calls to unkeyed participants whose last attempt may have had its effect, for all that anybody was told. */
  readonly #unsettled = new Set<string>();
  /** The calls of which a participant said that their key was misused: the same again is no help. */
  readonly #defective = new Set<string>();
  /** What was promised to people, by the type of the event that must not be lost. */
  readonly #promises = new Map<string, number>();
  /** How often a run in a row was answered unavailable, and nothing else. */
  readonly #unavailable = new Map<string, number>();
  #patientUntil = Infinity;
  #crashed = false;
  #rollbackWasSent = false;
  #isAccepted = false;
  #isCancelPromised = false;
  #toldEnd: Saga | undefined;

  readonly #policy: Policy;
  readonly #startedAt: number;
  readonly #tried = new Set<string>();

  constructor(world: SimulatedWorld, { handlers, policy }: Controller, startedAt: number) {
    this.#world = world;
    this.#handlers = handlers;
    this.#policy = policy;
    this.#startedAt = startedAt;
    this.#patientUntil = startedAt + policy.giveUpMs;
  }

  /** A call leaves the engine; `late` are requests that can still arrive although nobody waits for them. */
  sent(call: SimulatedCall, late: readonly SimulatedCall[], now: number): void {
    const { handler, asked, attempt, data } = call;
    const name = `${handler.step}/${asked}`;
    if (asked === "probe") return;
    if (this.#toldEnd) this.#violated(`${name} is sent after the end`);
    const content = JSON.stringify(data);
    const before = this.#contents.get(attempt.key);
    if (before !== undefined && before !== content)
      this.#violated(`the key of ${name} is sent with two contents: ${before} and ${content}`);
    this.#contents.set(attempt.key, content);
    if (!handler.participant.keyed && !isRepeatable(call)) {
      if (this.#unsettled.has(name)) this.#violated(`${name} is sent twice to an unkeyed participant, and no human said so`);
      this.#unsettled.add(name);
    }
    if (this.#defective.has(name)) this.#violated(`${name} is sent again although its key was misused`);
    if (now >= this.#patientUntil) this.#violated(`${name} is sent after it should have been given up`);
    this.#checkLimits(call, now);
    if (asked === "run" && this.#rollbackWasSent) this.#violated(`${name} is sent after a rollback`);
    if (asked === "rollback") this.#rollbackSent(call, late, now);
  }

  /** A step before its pivot, or the pivot, is not tried without end. After a crash it is settled, and that has other limits. */
  #checkLimits({ handler, asked }: SimulatedCall, now: number): void {
    if (asked !== "run" || handler.kind === "retriable" || this.#crashed) return;
    const { attemptsMax, deadlineMs } = this.#policy;
    const { step } = handler;
    const isFirst = !this.#tried.has(step);
    this.#tried.add(step);
    if (isFirst && now >= this.#startedAt + deadlineMs)
      this.#violated(`${step}/run is sent for the first time after the deadline`);
    if (countOf(this.#unavailable, step) >= attemptsMax) this.#violated(`${step}/run is tried more often than its policy says`);
  }

  /** An attempt was answered, whatever it was. */
  answered({ handler, asked }: SimulatedCall, outcome: Outcome<object>): void {
    const { step } = handler;
    if (outcome.outcome === "unknown" && outcome.defect) this.#defective.add(`${step}/${asked}`);
    if (asked === "run")
      this.#unavailable.set(step, outcome.outcome === "unavailable" ? countOf(this.#unavailable, step) + 1 : -1_000);
  }

  /** A human asked for more patience, or settled what was in doubt. */
  asked(now: number): void {
    this.#patientUntil = now + this.#policy.giveUpMs;
    this.#defective.clear();
  }

  /** From here on nothing can be said about when something was decided. */
  timeIsOut(): void {
    this.#patientUntil = Infinity;
    this.#crashed = true;
  }

  /** Somebody was told that what they asked for is kept. */
  promised(type: SagaEvent["type"]): void {
    this.#promises.set(type, countOf(this.#promises, type) + 1);
  }

  /** What a restart finds. */
  restarted(records: readonly { readonly text: string }[]): void {
    this.#crashed = true;
    // What was told and lost is told again.
    this.#defective.clear();
    for (const [type, count] of this.#promises) {
      const kept = records.filter(({ text }) => text.includes(`"type":"${type}"`)).length;
      if (kept < count) this.#violated(`a promise is gone: ${type} was accepted, and the journal has lost it`);
    }
  }

  #rollbackSent({ handler }: SimulatedCall, late: readonly SimulatedCall[], now: number): void {
    this.#rollbackWasSent = true;
    const { step } = handler;
    if (countOf(this.#world.runs, step) === 0) this.#violated(`${step} is undone and was never done`);
    const index = this.#handlers.findIndex((each) => each.step === step);
    for (const later of this.#handlers.slice(index + 1)) {
      if (isHarmless(later)) continue;
      if (this.#world.standing(later.step) > 0) this.#violated(`${step} is undone before ${later.step}, which came after it`);
      const onItsWay = late.find((each) => each.asked === "run" && each.handler.step === later.step);
      if (onItsWay && this.#world.couldApply(onItsWay, now))
        this.#violated(`${step} is undone while ${later.step} may still be applied`);
    }
  }

  /** The engine was told a clear answer, or a human told it. */
  settled({ handler, asked }: Pick<SimulatedCall, "handler" | "asked">): void {
    this.#unsettled.delete(`${handler.step}/${asked}`);
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

  /** A client was told how it ended. */
  told(saga: Saga): void {
    const status = statusOf(saga);
    const before = this.#toldEnd && statusOf(this.#toldEnd);
    if (before !== undefined && before !== status) this.#violated(`it was told to be ${before}, and then ${status}`);
    this.#toldEnd = saga;
    if (status === "completed" && this.#isCancelPromised) this.#violated("it completed, and a cancel had been accepted");
  }

  defect(error: unknown): void {
    this.#violated(`the engine met a defect: ${messageOf(error)}`);
  }

  neverEnds(): void {
    this.#violated("it never ends");
  }

  get isEnded(): boolean {
    return this.#toldEnd !== undefined;
  }

  /** Effects, whenever looked at. */
  look(): void {
    for (const { step } of this.#handlers) {
      if (countOf(this.#world.runs, step) > 1) this.#violated(`${step} is applied twice`);
      if (this.#world.standing(step) < 0) this.#violated(`${step} is undone twice`);
    }
    if (!this.#toldEnd) return;
    const status = statusOf(this.#toldEnd);
    for (const handler of this.#handlers) {
      const { step } = handler;
      const standing = this.#world.standing(step);
      if (status === "completed" && standing !== 1) this.#violated(`it is completed, and ${step} is not applied`);
      const isListed = isHarmless(handler) && this.#toldEnd.orphans.includes(step);
      if (status === "cancelled" && standing !== 0 && !isListed) {
        this.#violated(`it is cancelled, and ${step} is applied`);
      }
    }
  }

  /** What it knows that makes a difference from here on. */
  get snapshot(): object {
    return [
      [...this.#unsettled, ...this.#defective],
      [...this.#promises, ...this.#unavailable],
      [...this.#tried],
      [...this.#contents],
      [this.#patientUntil, this.#crashed, this.#rollbackWasSent, this.#isAccepted, this.#isCancelPromised],
      this.#toldEnd?.phase.name,
    ];
  }

  #violated(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}

/** What may stand in a cancelled saga, because the definition says that nobody minds (rule 3). */
function isHarmless(handler: AnyHandler): boolean {
  return handler.kind === "pivot" && handler.orphanIsHarmless && !handler.participant.keyed;
}
