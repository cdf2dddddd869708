import type { Controller } from "../definition/controller.ts";
import { IdReuse } from "../simulation/id-reuse.ts";
import { Monitor } from "../simulation/monitor.ts";
import type { SimulatedCall } from "../simulation/simulated-controller.ts";
import { isEnded } from "../simulation/simulated-orchestrator.ts";
import { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { SagaEvent } from "../transition/event.ts";
import type { Saga } from "../transition/saga.ts";
import { isAtRest } from "../transition/transition.ts";
import type { PlannedSaga } from "./plan.ts";

/** One saga of a run: what it did at its participants, and the monitor that watches it as if it were alone. */
export class WatchedSaga {
  readonly plan: PlannedSaga;
  readonly world = new SimulatedWorld({ first: {}, later: {} });
  readonly monitor: Monitor;
  /** Requests on their way whose sender does not wait any more. */
  readonly onTheWay = new Set<SimulatedCall>();
  /** When it started, in milliseconds since the epoch. */
  readonly startedAt: number;
  #latest: Saga | undefined;
  #isAccepted = false;
  #restedAt: number | undefined;

  constructor(plan: PlannedSaga, controller: Controller, startedAt: number) {
    this.plan = plan;
    this.startedAt = startedAt;
    this.monitor = new Monitor({ world: this.world, reuse: new IdReuse(this.world, controller) }, controller, startedAt);
  }

  /** The saga as it was last seen. */
  get latest(): Saga | undefined {
    return this.#latest;
  }

  /** When it first came to rest, in milliseconds since the epoch: it had ended, or needed a human. */
  get restedAt(): number | undefined {
    return this.#restedAt;
  }

  /** Whether it goes on by itself. */
  get isOpen(): boolean {
    return !this.#latest || !isAtRest(this.#latest);
  }

  /** Whether its start is durable. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  accepted(): void {
    this.#isAccepted = true;
    this.monitor.accepted();
  }

  /** The engine recorded an event. */
  recorded(saga: Saga, event: SagaEvent, now: number): void {
    this.monitor.recorded(event);
    if (event.type === "retry-requested" || event.type === "resolved") this.monitor.patienceRenewed(event.at);
    this.seen(saga, now);
  }

  /** The saga as an engine gives it. */
  seen(saga: Saga, now: number): void {
    this.#latest = saga;
    if (isAtRest(saga)) this.#restedAt ??= now;
    if (isEnded(saga)) this.monitor.endReported(saga);
    this.monitor.look();
  }
}
