import type { Controller } from "../definition/controller.ts";
import { handlerOf } from "../definition/handler-of.ts";
import { OperationRefused } from "../ports/engine.ts";
import { isRepeatable } from "../simulation/simulated-world.ts";
import type { SimulatedClock } from "../testing/simulated-clock.ts";
import { choicesOf } from "../transition/choices.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Chance } from "./chance.ts";
import type { SharedEngine } from "./shared-process.ts";
import type { WatchedSaga } from "./watched-saga.ts";

/** How long it takes an operator to look at a saga that needs a human, at the least and at the most, in milliseconds. */
const LOOK_MS_MIN = 2_000;
const LOOK_MS_MAX = 20_000;
/** An operator leaves a saga alone after so many looks. */
const LOOKS_MAX = 3;

export interface PeoplePorts {
  readonly clock: SimulatedClock;
  readonly chance: Chance;
  /** Undefined between a crash and the next start. */
  readonly engine: () => SharedEngine | undefined;
  readonly controllerOf: (saga: WatchedSaga) => Controller;
}

/** The clients who cancel, and the operators who retry and resolve. */
export class People {
  readonly #ports: PeoplePorts;
  readonly #looks = new Map<string, number>();

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
  }

  cancel(saga: WatchedSaga): void {
    this.#request(saga, "cancel-requested", (engine) => engine.cancel(saga.plan.id));
  }

  retry(saga: WatchedSaga): void {
    this.#request(saga, "retry-requested", (engine) => engine.retry(saga.plan.id));
  }

  /** A saga needs a human: an operator looks at it later. */
  notice(saga: WatchedSaga): void {
    const { clock, chance } = this.#ports;
    clock.wakeAt(clock.now() + LOOK_MS_MIN + chance.below(LOOK_MS_MAX - LOOK_MS_MIN), () => this.#look(saga));
  }

  /** Looks at the participant, and tells the truth; or comes back later. */
  #look(saga: WatchedSaga): void {
    const { clock, controllerOf } = this.#ports;
    const { latest, plan, world, monitor } = saga;
    const looks = this.#looks.get(plan.id) ?? 0;
    if (latest?.phase.name !== "needs-intervention" || looks >= LOOKS_MAX) return;
    this.#looks.set(plan.id, looks + 1);
    // An answer that a crash loses is given again.
    this.notice(saga);
    const { step, action, reason } = latest.phase;
    const handler = handlerOf(controllerOf(saga), step);
    // What a participant refuses to undo, an operator undoes by hand.
    if (action === "rollback" && reason === "refused" && world.standing(step) > 0)
      world.apply(step, action, isRepeatable({ handler, action }));
    const applied = action === "run" ? world.standing(step) > 0 : world.standing(step) === 0;
    if (!applied && !choicesOf(controllerOf(saga), latest, clock.now()).notApplied.allowed) return;
    this.#request(saga, "resolved", async (engine) => {
      monitor.settled({ handler, action });
      monitor.patienceRenewed(clock.now());
      await engine.resolve(plan.id, { step, applied, result: {} });
    });
  }

  #request(saga: WatchedSaga, type: SagaEvent["type"], request: (engine: SharedEngine) => Promise<unknown>): void {
    const { engine } = this.#ports;
    const asked = engine();
    if (!asked || !saga.isAccepted) return;
    const { monitor } = saga;
    if (type === "retry-requested") monitor.patienceRenewed(this.#ports.clock.now());
    request(asked).then(
      () => {
        if (engine() !== asked) return;
        if (type === "cancel-requested") monitor.cancelPromised();
        monitor.promised(type);
      },
      (error: unknown) => {
        if (!(error instanceof OperationRefused)) monitor.defect(error);
      },
    );
  }
}
