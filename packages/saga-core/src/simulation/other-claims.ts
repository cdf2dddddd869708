import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import type { CorrelationQuery } from "../ports/journal.ts";
import { correlationAt } from "../transition/claims.ts";
import type { Saga } from "../transition/saga.ts";
import { openWait } from "../transition/waits.ts";
import type { Happening } from "./happening.ts";
import { OTHER_SAGA } from "./id-reuse.ts";
import type { Scenario } from "./scenario.ts";

/** The correlations of a simulated saga that another saga may claim before. */
export class OtherClaims {
  readonly #controller: Controller;
  readonly #correlations: Readonly<Record<string, string>>;
  /** The steps whose correlation the other saga has. */
  readonly #taken = new Set<string>();

  constructor(controller: Controller, { correlations = {} }: Scenario) {
    this.#controller = controller;
    this.#correlations = correlations;
  }

  /** What the other saga may claim now: once this one has, it cannot any more. */
  mishaps(saga: Saga): readonly Happening[] {
    return this.#controller.handlers.filter(isWait).flatMap(({ step }): readonly Happening[] => {
      const isFree = this.#correlations[step] !== undefined && correlationAt(saga, step) === undefined && !this.has(step);
      const happen = () => void this.#taken.add(step);
      return isFree ? [{ name: `another saga claims the correlation of ${step}`, cost: 1, happen }] : [];
    });
  }

  has(step: string): boolean {
    return this.#taken.has(step);
  }

  /** The answer of a journal about the other saga. */
  holderOf({ step, correlation }: CorrelationQuery): string | undefined {
    return this.has(step) && this.#correlations[step] === correlation ? OTHER_SAGA : undefined;
  }

  /** What is wrong with a saga as it was last seen, if something is: it waits for what the correlation brings to the other saga. */
  problemOf(saga: Saga): string | undefined {
    const { step = "", correlationHolder } = waitOf(this.#controller, saga) ?? {};
    return this.has(step) && correlationHolder === undefined
      ? `${step}: it waits for a signal, and another saga has its correlation`
      : undefined;
  }

  /** No saga was found by the correlation of a step. */
  problemOfUnknown(saga: Saga, step: string): string | undefined {
    return waitOf(this.#controller, saga)?.step === step && !this.has(step)
      ? `${step}: it waits, and a signal by its correlation does not find it`
      : undefined;
  }

  get snapshot(): unknown {
    return [...this.#taken];
  }
}

/** The open wait of a saga about which nobody is asked. */
function waitOf(controller: Controller, saga: Saga) {
  return saga.phase.name === "forward" ? openWait(controller, saga)?.progress : undefined;
}
