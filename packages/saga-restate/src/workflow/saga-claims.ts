import type { RestatePromise } from "@restatedev/restate-sdk";
import type { Saga } from "saga-core";
import { type AppliedEvent, type Claim, correlationName } from "saga-core/engine";
import { correlationMessage } from "../objects/correlations.ts";
import { json } from "../objects/json-serde.ts";
import type { ServiceNames } from "../objects/service-names.ts";
import type { DriverContext } from "./driver-context.ts";

/** Which saga has the correlation of a step. */
export class ClaimAnswer {
  readonly step: string;
  /** Its id; undefined where Restate did not say. */
  readonly holder: string | undefined;

  constructor(step: string, holder: string | undefined) {
    this.step = step;
    this.holder = holder;
  }
}

/**
 * The correlations of a saga. Each is claimed as soon as the record that brings it is in Restate's journal, and again with every execution,
 * which changes nothing. The answer counts at the wait.
 */
export class SagaClaims {
  readonly #context: Pick<DriverContext, "genericCall">;
  readonly #names: Pick<ServiceNames, "correlations">;
  readonly #keys = new Set<string>();
  readonly #answers = new Map<string, RestatePromise<unknown>>();

  constructor(context: Pick<DriverContext, "genericCall">, names: Pick<ServiceNames, "correlations">) {
    this.#context = context;
    this.#names = names;
  }

  /** The keys of the objects of all that the saga claimed, also at its start. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Claims what a record brought. What the saga's input has was claimed before it started. */
  add({ event, saga, claims = [] }: AppliedEvent): void {
    for (const claim of claims) {
      const key = correlationName({ ...claim, definition: saga.definition });
      this.#keys.add(key);
      if (event.type !== "started") this.#answers.set(claim.step, this.#claim(saga, key, claim));
    }
  }

  /** The answer for a step, where it has not come. */
  answerFor(step: string | undefined): RestatePromise<unknown> | undefined {
    return step === undefined ? undefined : this.#answers.get(step);
  }

  /** The answer for the step has come. */
  close(step: string): void {
    this.#answers.delete(step);
  }

  #claim({ id: sagaId, createdAt: startedAt }: Saga, key: string, { step }: Claim): RestatePromise<unknown> {
    const message = correlationMessage(this.#names, key, "claim", { sagaId, startedAt });
    // A failure means that somebody cancelled the request at Restate: silence is yes.
    return this.#context
      .genericCall({ ...message, outputSerde: json })
      .map((holder) => new ClaimAnswer(step, typeof holder === "string" ? holder : undefined));
  }
}
