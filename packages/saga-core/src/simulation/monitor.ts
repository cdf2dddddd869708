import type { Controller } from "../definition/controller.ts";
import { type AnyHandler, hasEffect, isWait } from "../definition/handler.ts";
import { maskText } from "../definition/mask.ts";
import { type Outcome, unknown } from "../definition/outcome.ts";
import { secretTextsOf } from "../definition/secret-members.ts";
import { messageOf } from "../message-of.ts";
import type { SagaEvent } from "../transition/event.ts";
import { lastingOf } from "../transition/lasting.ts";
import type { Saga } from "../transition/saga.ts";
import { statusOf } from "../transition/view.ts";
import type { IdReuse } from "./id-reuse.ts";
import { LimitsWatch } from "./limits-watch.ts";
import type { SimulatedCall } from "./simulated-controller.ts";
import { countOf, isRepeatable, type SimulatedWorld } from "./simulated-world.ts";

/** What it watches beside the engine. */
interface Watched {
  readonly world: SimulatedWorld;
  readonly reuse: IdReuse;
}

/** Watches a run, and notes what must never happen (docs/architecture.md, rules 1 to 8). */
export class Monitor {
  readonly violations: string[] = [];
  readonly #world: SimulatedWorld;
  readonly #reuse: IdReuse;
  readonly #controller: Controller;
  readonly #handlers: readonly AnyHandler[];
  readonly #limits: LimitsWatch;
  readonly #contents = new Map<string, string>();
  /** The calls to unkeyed participants whose last attempt may have had its effect: no answer settled it. */
  readonly #unsettled = new Set<string>();
  /** The calls whose key was misused, as their participant said: to repeat them is no help. */
  readonly #defective = new Set<string>();
  /** The steps whose rollback was refused. */
  readonly #refusedRollbacks = new Set<string>();
  /** How many events of each type were promised to people: they must not be lost. */
  readonly #promises = new Map<string, number>();
  /** The calls of the living process whose handlers have not returned. */
  readonly #unreturned = new Set<string>();
  /** The calls whose last attempt was past its deadline. */
  readonly #pastDeadline = new Set<string>();
  /** The turn that the first rollback was told. */
  #told: string | undefined;
  #rollbackWasSent = false;
  #isAccepted = false;
  #isCancelPromised = false;
  #reportedEnd: Saga | undefined;

  constructor(watched: Watched, controller: Controller, startedAt: number) {
    this.#world = watched.world;
    this.#reuse = watched.reuse;
    this.#controller = controller;
    this.#handlers = controller.handlers;
    this.#limits = new LimitsWatch(controller, startedAt, (what) => this.#violated(what));
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
    this.#limits.sent(call, now);
    if (action === "run" && this.#rollbackWasSent) this.#violated(`${name} is sent after a rollback`);
    // It has no key and no effect.
    if (handler.kind === "read") return;
    this.#checkTurn(name, call);
    const content = JSON.stringify(attempt.turn ? [data, attempt.turn] : data);
    const before = this.#contents.get(attempt.key);
    if (before !== undefined && before !== content)
      this.#violated(`the key of ${name} is sent with two contents: ${this.#shown(before)} and ${this.#shown(content)}`);
    this.#contents.set(attempt.key, content);
    if (!handler.participant.keyed && !isRepeatable(call)) {
      if (this.#unsettled.has(name)) this.#violated(`${name} is sent twice to an unkeyed participant, and no human allowed it`);
      this.#unsettled.add(name);
    }
    if (this.#defective.has(name)) this.#violated(`${name} is sent again although its key was misused`);
    if (action === "rollback") this.#rollbackSent(call, late, now);
  }

  /** A report has no secrets, as no view of a saga has. */
  #shown(content: string): string {
    const value: unknown = JSON.parse(content);
    const parts = Array.isArray(value) ? value : [value];
    const secret = parts.flatMap((part) => secretTextsOf(part, this.#controller.secret));
    return maskText(content, secret);
  }

  /** Every rollback is told the same turn, and a run is told none. */
  #checkTurn(name: string, { action, attempt: { turn } }: SimulatedCall): void {
    if ((action === "rollback") !== (turn !== undefined)) this.#violated(`${name} is told ${turn ? "a turn" : "no turn"}`);
    const told = JSON.stringify(turn);
    if (turn && this.#told !== undefined && told !== this.#told)
      this.#violated(`${name} is told ${told}, and another rollback was told ${this.#told}`);
    this.#told ??= told;
  }

  /** An attempt had this outcome. */
  answered(call: SimulatedCall, outcome: Outcome<object>): void {
    const { handler, action } = call;
    if (handler.kind !== "read" && outcome.outcome === "unknown" && outcome.defect)
      this.#defective.add(`${handler.step}/${action}`);
    if (action === "rollback" && outcome.outcome === "rejected") this.#refusedRollbacks.add(handler.step);
    this.#limits.answered(call, outcome);
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

  /** The saga came from one state to another, both of one process: its chart has that arrow. */
  moved(from: string, to: string): void {
    const isDrawn = this.#controller.chart.arrows.some((arrow) => arrow.from === from && arrow.to === to);
    if (!isDrawn) this.#violated(`it went from ${from} to ${to}, and its chart has no such arrow`);
  }

  /** The engine recorded an event. */
  recorded(event: SagaEvent): void {
    this.#limits.recorded(event);
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
    this.#limits.patienceRenewed(at);
    this.#defective.clear();
  }

  /** A wait ended: the patience of the saga counts anew. */
  waitEnded(at: number): void {
    this.#limits.waitEnded(at);
  }

  /** The time of each later decision on a call is uncertain. */
  timesAreUncertain(): void {
    this.#limits.timesAreUncertain();
  }

  /** A person got the answer that a request is recorded. */
  promised(type: SagaEvent["type"]): void {
    this.#promises.set(type, countOf(this.#promises, type) + 1);
  }

  /** A restart finds these records. */
  restarted(records: readonly { readonly text: string }[]): void {
    this.#limits.restarted();
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
      // A lasting effect that remains, or that may be applied yet, is listed in the end.
      if (isHarmless(later) || later.kind === "lasting") continue;
      const mayStand =
        this.#refusedRollbacks.has(later.step) && later.kind === "compensatable" && later.refusedRollback === "go-on";
      if (this.#world.standing(later.step) > 0 && !mayStand)
        this.#violated(`${step} is undone before ${later.step}, which came after it`);
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
    const end = this.#reportedEnd;
    if (end) for (const handler of this.#handlers.filter(hasEffect)) this.#lookAtEnd(end, handler);
  }

  #lookAtEnd(end: Saga, handler: AnyHandler): void {
    // What a signal reported is no effect of a call: the monitor of signals watches it.
    if (isWait(handler)) return;
    const { step } = handler;
    const standing = this.#world.standing(step);
    if (end.phase.name === "completed" && standing !== 1) this.#violated(`it is completed, and ${step} is not applied`);
    if (end.phase.name !== "cancelled") return;
    const lasting = lastingOf(this.#controller, end).find((each) => each.step === step);
    const isListed = lasting !== undefined || (isHarmless(handler) && end.orphans.includes(step));
    if (standing !== 0 && !isListed) this.#violated(`it is cancelled, and ${step} is applied`);
    if (standing === 0 && lasting?.applied === "yes") this.#violated(`it lists ${step} as applied, and it is not`);
  }

  /** Everything here that can affect the rest of the run. */
  get snapshot(): object {
    return [
      [...this.#unsettled, ...this.#defective],
      [...this.#promises, ...this.#refusedRollbacks],
      this.#limits.snapshot,
      [...this.#contents],
      [[...this.#unreturned], [...this.#pastDeadline]],
      [this.#told, this.#rollbackWasSent, this.#isAccepted, this.#isCancelPromised],
      this.#reportedEnd?.phase.name,
    ];
  }

  /** Something happened that must not. */
  violated(what: string): void {
    this.#violated(what);
  }

  #violated(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}

/** Whether the step's effect may remain in a cancelled saga, because it is declared harmless (rule 3). */
function isHarmless(handler: AnyHandler): boolean {
  return handler.kind === "pivot" && handler.orphanIsHarmless && !handler.participant.keyed;
}
