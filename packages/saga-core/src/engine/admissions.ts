import type { Controller } from "../definition/controller.ts";
import type { Clock } from "../ports/clock.ts";
import type { FoundSaga, StartRefused } from "../ports/engine.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { Admission } from "./admission.ts";
import { crowdedRefusal } from "./refusals.ts";

/** The starts of one definition: its rule, and those that wait until it is known how fast sagas get through. */
interface Entrance {
  readonly rule: Admission;
  readonly waiting: ((refusal: StartRefused | undefined) => void)[];
  cancelAlarm: (() => void) | undefined;
}

/** Lets starts in, one definition apart from the other: a saga that could not make its calls before its deadline is not accepted (rule 9). */
export class Admissions {
  readonly #clock: Clock;
  readonly #callsInFlightMax: number;
  readonly #entrances = new Map<string, Entrance>();

  constructor(clock: Clock, callsInFlightMax: number) {
    this.#clock = clock;
    this.#callsInFlightMax = callsInFlightMax;
  }

  /** How many starts wait. */
  get waiting(): number {
    let waiting = 0;
    for (const entrance of this.#entrances.values()) waiting += entrance.waiting.length;
    return waiting;
  }

  /**
   * Asks for the turn of one more saga. Undefined: it is admitted, and `begin` or `withdraw` must follow. A promise: that is known within a
   * second.
   */
  turn(controller: Controller): StartRefused | undefined | Promise<StartRefused | undefined> {
    const entrance = this.#entranceOf(controller);
    const verdict = entrance.rule.verdict(this.#clock.now());
    switch (verdict.name) {
      case "admitted":
        entrance.rule.reserve();
        return undefined;
      case "refused":
        return crowdedRefusal(verdict);
      case "measuring": {
        const { promise, resolve } = Promise.withResolvers<StartRefused | undefined>();
        entrance.waiting.push(resolve);
        entrance.cancelAlarm ??= this.#clock.wakeAt(verdict.until, () => this.#look(entrance));
        return promise;
      }
    }
  }

  /** The saga that was admitted begins. */
  begin({ definition, id }: Pick<Saga, "definition" | "id">): void {
    this.#entrances.get(definition)?.rule.begin(id, this.#clock.now());
  }

  /** The start that was admitted makes no saga after all. */
  withdraw({ name }: Controller): void {
    this.#change(name, (rule) => rule.withdraw());
  }

  /** Notes an event of a saga, and the saga that it made: once for each event. */
  note({ saga }: FoundSaga, event: SagaEvent): void {
    this.#change(saga.definition, (rule) => {
      if (event.type === "answered" && event.action === "run") {
        const isClear = event.outcome.outcome === "done" || event.outcome.outcome === "rejected";
        const next = saga.steps.findIndex(({ status }) => status !== "done");
        if (!isClear) rule.failed(saga.id);
        else rule.answered(saga.id, next < 0 ? saga.steps.length : next, this.#clock.now());
      }
      if (saga.phase.name !== "forward") rule.leave(saga.id);
    });
  }

  /** The saga runs no longer. */
  forget({ definition, id }: Pick<Saga, "definition" | "id">): void {
    this.#change(definition, (rule) => rule.leave(id));
  }

  #entranceOf(controller: Controller): Entrance {
    const known = this.#entrances.get(controller.name);
    if (known) return known;
    const rule = new Admission(controller, this.#callsInFlightMax);
    const entrance: Entrance = { rule, waiting: [], cancelAlarm: undefined };
    this.#entrances.set(controller.name, entrance);
    return entrance;
  }

  #change(definition: string, change: (rule: Admission) => void): void {
    const entrance = this.#entrances.get(definition);
    if (!entrance) return;
    change(entrance.rule);
    if (entrance.waiting.length > 0) this.#look(entrance);
  }

  /** Answers the starts that wait, as far as more is known now. */
  #look(entrance: Entrance): void {
    const { rule, waiting } = entrance;
    entrance.cancelAlarm?.();
    entrance.cancelAlarm = undefined;
    while (waiting.length > 0) {
      const verdict = rule.verdict(this.#clock.now());
      if (verdict.name === "measuring") {
        entrance.cancelAlarm = this.#clock.wakeAt(verdict.until, () => this.#look(entrance));
        return;
      }
      const answer = waiting.shift();
      if (verdict.name === "admitted") rule.reserve();
      answer?.(verdict.name === "admitted" ? undefined : crowdedRefusal(verdict));
    }
  }
}
