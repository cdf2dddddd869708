import type { Controller } from "../definition/controller.ts";
import type { AnyHandler } from "../definition/handler.ts";
import type { Saga } from "../transition/saga.ts";
import { isPivotSent } from "../transition/steps.ts";
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
  #rollbackWasSent = false;
  #isAccepted = false;
  #isCancelPromised = false;
  #toldEnd: Saga | undefined;

  constructor(world: SimulatedWorld, handlers: readonly AnyHandler[]) {
    this.#world = world;
    this.#handlers = handlers;
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
    if (asked === "run" && this.#rollbackWasSent) this.#violated(`${name} is sent after a rollback`);
    if (asked === "rollback") this.#rollbackSent(call, late, now);
  }

  #rollbackSent({ handler }: SimulatedCall, late: readonly SimulatedCall[], now: number): void {
    this.#rollbackWasSent = true;
    const { step } = handler;
    if (countOf(this.#world.runs, step) === 0) this.#violated(`${step} is undone and was never done`);
    const index = this.#handlers.findIndex((each) => each.step === step);
    for (const later of this.#handlers.slice(index + 1)) {
      const isHarmless = later.kind === "pivot" && later.orphanIsHarmless && !later.participant.keyed;
      if (isHarmless) continue;
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

  /** What was accepted must be able to be kept. */
  cancelAccepted(controller: Controller, saga: Saga): void {
    if (isPivotSent(controller, saga)) this.#violated("a cancel was accepted although the pivot may have been sent");
  }

  defect(error: unknown): void {
    this.#violated(`the engine met a defect: ${error instanceof Error ? error.message : String(error)}`);
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
    for (const { step } of this.#handlers) {
      const standing = this.#world.standing(step);
      if (status === "completed" && standing !== 1) this.#violated(`it is completed, and ${step} is not applied`);
      if (status === "cancelled" && standing !== 0 && !this.#toldEnd.orphans.includes(step)) {
        this.#violated(`it is cancelled, and ${step} is applied`);
      }
    }
  }

  /** What it knows that makes a difference from here on. */
  get snapshot(): object {
    return [[...this.#unsettled], this.#rollbackWasSent, this.#isAccepted, this.#isCancelPromised, this.isEnded];
  }

  #violated(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}
