import { z } from "@hono/zod-openapi";
import type { FoundSaga } from "saga-core";
import { type ChoiceName, type Consequence, type ExplainedChoice, explainChoices } from "saga-core/engine";
import { explainConsequence } from "../sagas/explanation.ts";
import { type SagaStatus, statusSchema } from "../sagas/saga-view.ts";
import type { ObjectSchema } from "../wire/object-schema.ts";
import { timestamp } from "../wire/timestamp.ts";

/** What follows from a choice, if every call that follows is done. */
export interface ConsequenceView {
  readonly calls: Consequence["calls"];
  readonly status: SagaStatus;
  readonly state: string;
  readonly explanation: string;
}

export interface ChoiceView {
  readonly choice: ChoiceName;
  readonly allowed: boolean;
  readonly reason?: string | undefined;
  readonly allowed_from?: string | undefined;
  readonly consequence?: ConsequenceView | undefined;
}

export interface ChoicesView {
  readonly items: readonly ChoiceView[];
}

const callSchema: ObjectSchema<Consequence["calls"][number]> = z.object({
  step: z.string(),
  action: z.enum(["run", "rollback", "probe"]),
});

export const consequenceSchema: ObjectSchema<ConsequenceView> = z
  .object({
    calls: z.array(callSchema).describe("The calls that follow, in order."),
    status: statusSchema,
    state: z.string(),
    explanation: z.string(),
  })
  .openapi("Consequence", { description: "What follows, if every call that follows is done." });

const choiceSchema: ObjectSchema<ChoiceView> = z
  .object({
    choice: z
      .enum(["cancel", "retry", "applied", "not-applied", "end-wait", "acknowledge"])
      .describe(
        "`applied` and `not-applied` are the values of `applied` for `resolve`. `end-wait` is there for a definition with waits, `acknowledge` for a saga with late signals.",
      ),
    allowed: z.boolean(),
    reason: z.string().optional().describe("Why it is not allowed."),
    allowed_from: z.iso.datetime().optional().describe("When it will be allowed, if waiting helps."),
    consequence: consequenceSchema
      .optional()
      .describe("Also of a choice that is allowed later: if the saga is still as it is then."),
  })
  .openapi("Choice");

export const choicesSchema: ObjectSchema<ChoicesView> = z.object({ items: z.array(choiceSchema) }).openapi("Choices");

/** The operations on a saga: whether each is allowed at the instant `at`, in epoch milliseconds, and what it would do. */
export function viewChoices({ saga, controller }: FoundSaga, at: number): ChoicesView {
  return { items: explainChoices(controller, saga, at).map(viewChoice) };
}

export function viewChoice({ name, choice, consequence }: ExplainedChoice): ChoiceView {
  return {
    choice: name,
    allowed: choice.allowed,
    ...(!choice.allowed && { reason: choice.reason }),
    ...(!choice.allowed && choice.from !== undefined && { allowed_from: timestamp(choice.from) }),
    ...(consequence && { consequence: viewConsequence(consequence) }),
  };
}

export function viewConsequence(consequence: Consequence): ConsequenceView {
  const { calls, status, state } = consequence;
  return { calls, status, state, explanation: explainConsequence(consequence) };
}
