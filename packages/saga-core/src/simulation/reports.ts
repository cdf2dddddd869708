import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { stateOf } from "../transition/view.ts";
import { arrowsBetween } from "./arrows-between.ts";
import type { Monitor } from "./monitor.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

export interface ReportsPorts {
  readonly controller: Controller;
  readonly monitor: Monitor;
  readonly world: SimulatedWorld;
}

/** What engines report of one saga, told to its monitor. */
export class Reports {
  /** The arrows that the saga took, as `STATE -> STATE`; a crash that undoes one is none. */
  readonly arrows: Set<string> = new Set();
  readonly #ports: ReportsPorts;
  #saga: Saga | undefined;
  #state: string | undefined;
  #seq = 0;
  #isOnce = false;

  constructor(ports: ReportsPorts) {
    this.#ports = ports;
  }

  /** The saga as it was last seen. */
  get saga(): Saga | undefined {
    return this.#saga;
  }

  /** Another process reports from now on. @param isOnce whether it reports each record once, in the order of their numbers. */
  begin(isOnce: boolean): void {
    this.#state = undefined;
    this.#seq = 0;
    this.#isOnce = isOnce;
  }

  /** The engine reports an event, and the saga that it made. */
  reported(saga: Saga, event: SagaEvent): void {
    const { controller, monitor } = this.#ports;
    if (this.#isOnce && saga.seq <= this.#seq)
      monitor.violated(`record ${saga.seq} (${event.type}) is reported after record ${this.#seq}`);
    this.#seq = saga.seq;
    monitor.recorded(event);
    // A cancel may do without the human that a lasting step needed.
    const goesOn = this.#saga?.phase.name === "needs-intervention" && saga.phase.name !== "needs-intervention";
    const isLeft = event.type === "closing-recorded" && controller.handlers.some(({ kind }) => kind === "lasting");
    this.see(saga);
    // A request may be decided long after it was made, by the next process.
    if (goesOn || isLeft || event.type === "retry-requested" || event.type === "resolved") monitor.patienceRenewed(event.at);
    this.#moveTo(stateOf(controller, saga));
  }

  /** The saga as an engine gives it. What it took by signals stands, and its patience counts from there. */
  see(saga: Saga): void {
    const { controller, monitor, world } = this.#ports;
    this.#saga = saga;
    if (saga.clockFrom !== undefined) monitor.waitEnded(saga.clockFrom);
    for (const { step } of controller.handlers.filter((handler) => isWait(handler) && handler.kind === "compensatable")) {
      const status = saga.steps.find((progress) => progress.step === step)?.status;
      if (status !== "undone") world.reported(step, status === "done" || status === "undoing");
    }
  }

  #moveTo(next: string): void {
    const { controller, monitor } = this.#ports;
    const state = this.#state;
    this.#state = next;
    if (state === undefined || state === next) return;
    for (const { from, to } of arrowsBetween(controller, state, next)) {
      this.arrows.add(`${from} -> ${to}`);
      monitor.moved(from, to);
    }
  }
}
