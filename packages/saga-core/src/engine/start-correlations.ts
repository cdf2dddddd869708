import { inScope, type SagaContext } from "../definition/context.ts";
import type { Controller } from "../definition/controller.ts";
import { isWait } from "../definition/handler.ts";
import { SchemaError } from "../definition/schema.ts";
import type { JsonObject } from "../json.ts";
import { StartRefused } from "../ports/engine.ts";
import type { Journal } from "../ports/journal.ts";
import { CORRELATION_MUST_BE, correlationText } from "../transition/claims.ts";
import { KeyedMutex } from "./keyed-mutex.ts";

/** A correlation that a new saga's input has, in the scope of its tenant. */
export interface StartClaim {
  readonly step: string;
  readonly correlation: string;
}

/** Its cause names the members, as that of an input that does not fit its schema does. */
function badInput(controller: Controller, members: readonly string[]): StartRefused {
  const what = `The input of ${controller.name}`;
  const message = `${what}: ${members.map((member) => `"${member}" ${CORRELATION_MUST_BE}`).join("; ")}.`;
  const issues = members.map((member) => ({ message: CORRELATION_MUST_BE, path: [member] }));
  return new StartRefused("invalid-input", message, { cause: new SchemaError(what, issues) });
}

/**
 * The correlations that a new saga's input has.
 *
 * @throws StartRefused for one that no sender could name (`invalid-input`).
 */
export function startClaims(controller: Controller, input: JsonObject, context: SagaContext | undefined): readonly StartClaim[] {
  const bad: string[] = [];
  const claims = controller.handlers.flatMap((handler): readonly StartClaim[] => {
    const member = isWait(handler) ? handler.correlation : undefined;
    const value = member === undefined ? undefined : input[member];
    if (member === undefined || value === undefined) return [];
    const correlation = correlationText(value);
    if (correlation !== undefined) return [{ step: handler.step, correlation: inScope(context?.tenant, correlation) }];
    bad.push(member);
    return [];
  });
  if (bad.length > 0) throw badInput(controller, bad);
  return claims;
}

/** It does not say which saga has it, which may be of somebody else: who reads all sagas finds it by the correlation. */
export function correlationTaken(step: string): StartRefused {
  return new StartRefused("correlation-taken", `Another saga has the correlation of "${step}" already.`);
}

/** Refuses a saga whose input has a correlation that another saga has: a sender would not find it. */
export class StartCorrelations {
  readonly #journal: Pick<Journal, "holderOfCorrelation">;
  readonly #mutex = new KeyedMutex();

  constructor(journal: Pick<Journal, "holderOfCorrelation">) {
    this.#journal = journal;
  }

  /**
   * Begins a saga, unless another one has one of its correlations, or begins with it.
   *
   * @throws StartRefused (`correlation-taken`).
   */
  async whileFree<Begun>(definition: string, claims: readonly StartClaim[], begin: () => Begun): Promise<Begun> {
    return await this.#mutex.run(definition, async () => {
      for (const { step, correlation } of claims) {
        const holder = await this.#journal.holderOfCorrelation({ definition, step, correlation });
        if (holder !== undefined) throw correlationTaken(step);
      }
      return begin();
    });
  }
}
