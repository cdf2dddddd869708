import type { Controller } from "../definition/controller.ts";
import { hasEffect, isWait } from "../definition/handler.ts";
import { OperationRefused } from "../ports/engine.ts";
import { choicesOf } from "../transition/choices.ts";
import type { Saga } from "../transition/saga.ts";
import type { Happening } from "./happening.ts";
import type { Life, SimulatedEngine } from "./life.ts";
import type { Monitor } from "./monitor.ts";
import { isRepeatable, type SimulatedWorld } from "./simulated-world.ts";

export interface OperatorPorts {
  readonly controller: Controller;
  readonly world: SimulatedWorld;
  readonly monitor: Monitor;
  /** The results of the steps, by name. */
  readonly results: Readonly<Record<string, object>>;
}

/** The people of a simulation: a client who cancels, and an operator who retries and resolves. */
export class Operator {
  readonly #ports: OperatorPorts;
  #hasCancelled = false;
  #hasRetried = false;

  constructor(ports: OperatorPorts) {
    this.#ports = ports;
  }

  get snapshot(): unknown {
    return [this.#hasCancelled, this.#hasRetried];
  }

  /** What may be requested of a saga now. Each is requested once in a run. */
  requests({ engine, clock }: Life, saga: Saga): readonly Happening[] {
    const choices = choicesOf(this.#ports.controller, saga, clock.now());
    const cancel: Happening = { name: "a cancel is requested", cost: 1, happen: () => this.#cancel(engine) };
    const retry: Happening = { name: "an operator retries", cost: 1, happen: () => this.#retry(engine, clock.now()) };
    return [
      ...(choices.cancel.allowed && !this.#hasCancelled ? [cancel] : []),
      ...(choices.retry.allowed && !this.#hasRetried && isRetryUseful(saga) ? [retry] : []),
    ];
  }

  /** Inspects the participant of a saga that needs a human and reports the truth, or does the refused call by hand. */
  resolution({ engine, clock }: Life, saga: Saga): Happening {
    const { controller, world, monitor, results } = this.#ports;
    const { phase } = saga;
    if (phase.name !== "needs-intervention") throw new TypeError("no saga needs a human");
    const { step, action, reason } = phase;
    const handler = controller.handlers.find((each) => each.step === step);
    if (!handler) throw new TypeError(`there is no step ${step}`);
    if (isWait(handler) && action === "run") return this.#answer(engine, step);
    const isApplied = action === "run" ? world.standing(step) > 0 : world.standing(step) === 0;
    const { notApplied } = choicesOf(controller, saga, clock.now());
    if (!isApplied && reason !== "refused" && !notApplied.allowed) {
      const { from = clock.now() } = notApplied;
      return { name: "the operator waits", cost: 0, happen: () => clock.jumpBy(from - clock.now()) };
    }
    const applied = isApplied || reason === "refused";
    const resolution = { step, applied, result: results[step] ?? {} };
    return {
      name: `the operator says that ${step}/${action} is ${applied ? "" : "not "}applied`,
      cost: 0,
      happen: () => {
        if (applied && !isApplied && hasEffect(handler)) world.apply(step, action, isRepeatable({ handler, action }));
        monitor.settled({ handler, action });
        monitor.patienceRenewed(clock.now());
        engine.resolve("saga", resolution).then(
          () => monitor.promised("resolved"),
          (error: unknown) => this.#refused(error),
        );
      },
    };
  }

  /** A person says what the signal would have. */
  #answer(engine: SimulatedEngine, step: string): Happening {
    const { monitor, results } = this.#ports;
    return {
      name: `the operator answers for ${step}`,
      cost: 0,
      happen: () => {
        engine.resolve("saga", { step, applied: true, result: results[step] ?? {} }).then(
          () => monitor.promised("resolved"),
          (error: unknown) => this.#refused(error),
        );
      },
    };
  }

  #cancel(engine: SimulatedEngine): void {
    const { monitor } = this.#ports;
    this.#hasCancelled = true;
    engine.cancel("saga").then(
      () => {
        monitor.cancelPromised();
        monitor.promised("cancel-requested");
      },
      (error: unknown) => this.#refused(error),
    );
  }

  #retry(engine: SimulatedEngine, now: number): void {
    const { monitor } = this.#ports;
    this.#hasRetried = true;
    monitor.patienceRenewed(now);
    engine.retry("saga").then(
      () => monitor.promised("retry-requested"),
      (error: unknown) => this.#refused(error),
    );
  }

  #refused(error: unknown): void {
    if (!(error instanceof OperationRefused)) this.#ports.monitor.defect(error);
  }
}

function isRetryUseful(saga: Saga): boolean {
  return saga.phase.name === "needs-intervention" || saga.steps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined);
}
