import type { Controller } from "../definition/controller.ts";
import { IdReuse } from "../simulation/id-reuse.ts";
import { Monitor } from "../simulation/monitor.ts";
import { Reports } from "../simulation/reports.ts";
import { SignalMonitor } from "../simulation/signal-monitor.ts";
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
  readonly world: SimulatedWorld = new SimulatedWorld({ first: {}, later: {} });
  readonly monitor: Monitor;
  /** Requests on their way whose sender does not wait any more. */
  readonly onTheWay: Set<SimulatedCall> = new Set();
  /** When it started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Watches what the senders of its signals are told. */
  readonly signals: SignalMonitor;
  readonly #reports: Reports;
  #isAccepted = false;
  #isGone = false;
  #restedAt: number | undefined;

  /** @param reportsOnce whether each process reports each record once, in the order of their numbers. */
  constructor(plan: PlannedSaga, controller: Controller, startedAt: number, reportsOnce: boolean) {
    this.plan = plan;
    this.startedAt = startedAt;
    const { world } = this;
    const monitor = new Monitor({ world, reuse: new IdReuse(world, controller) }, controller, startedAt);
    this.monitor = monitor;
    this.signals = new SignalMonitor(controller, (what) => monitor.violated(what));
    this.#reports = new Reports({ controller, monitor, world });
    this.#reports.begin(reportsOnce);
  }

  /** The saga as it was last seen. */
  get latest(): Saga | undefined {
    return this.#reports.saga;
  }

  /** When it first came to rest, in milliseconds since the epoch: it had ended, or needed a human. */
  get restedAt(): number | undefined {
    return this.#restedAt;
  }

  /** Whether it goes on by itself. */
  get isOpen(): boolean {
    return !this.latest || !isAtRest(this.latest);
  }

  /** Whether its start is durable. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  accepted(): void {
    this.#isAccepted = true;
    this.monitor.accepted();
  }

  /** Whether its start was lost: there is no such saga. */
  get isGone(): boolean {
    return this.#isGone;
  }

  gone(): void {
    this.#isGone = true;
    this.monitor.gone();
  }

  /** The engine reports an event. */
  recorded(saga: Saga, event: SagaEvent, now: number): void {
    this.#reports.reported(saga, event);
    this.#seen(saga, now);
  }

  /** Another process found the saga so. */
  found(saga: Saga, reportsOnce: boolean, now: number): void {
    this.#reports.begin(reportsOnce);
    this.#reports.see(saga);
    this.#seen(saga, now);
  }

  #seen(saga: Saga, now: number): void {
    if (isAtRest(saga)) this.#restedAt ??= now;
    if (isEnded(saga)) this.monitor.endReported(saga);
    this.monitor.look();
    this.signals.look(saga);
  }
}
